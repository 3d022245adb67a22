"""What goes into a log never names a patient."""

import logging
import sys

import pytest
from django.db import IntegrityError

from clinic.log_format import WithoutRows
from tests.factories import PatientFactory


def test_a_refused_row_is_logged_without_what_it_holds(north, alice):
    with pytest.raises(IntegrityError) as refusal:
        PatientFactory(clinic=north, created_by=alice, family_name="Canary", sex="nobody")
    assert "Canary" in str(refusal.value)

    try:
        raise refusal.value
    except IntegrityError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "Failed", None, sys.exc_info())
    text = WithoutRows().format(record)

    assert "patient_sex_is_known_word" in text
    assert "DETAIL: left out" in text
    assert "Canary" not in text.replace('family_name="Canary"', "")
