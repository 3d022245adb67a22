"""manage.py rerun_screenings, on visits that were signed."""

from io import StringIO

import pgtrigger
import pytest
from django.core.management import CommandError, call_command

from cases import actions
from cases.models import Screening
from cases.screening import load_catalogue
from tests.factories import CaseFactory, PatientFactory

pytestmark = pytest.mark.django_db


def signed(clinic, by, *present):
    case = CaseFactory(patient=PatientFactory(clinic=clinic, created_by=by), lead=by)
    visit = actions.start_visit(case=case, by=by)
    answers = {code: [actions.Answer(present=False)] for code in load_catalogue().screen}
    answers |= {code: [actions.Answer(present=True)] for code in present}
    actions.record_answers(visit=visit, by=by, answers=answers)
    return actions.sign_visit(visit=visit, by=by, version=None)


def rerun(**options):
    out = StringIO()
    call_command("rerun_screenings", stdout=out, **options)
    return out.getvalue()


def test_a_signed_visit_comes_out_identical(alice, north):
    signed(north, alice, "slump_positive", "ehl_weak", "low_back_pain")
    signed(north, alice, "first_step_heel_pain", "plantar_heel_tender")

    assert "Signed screenings run again: 2. Every result is identical." in rerun()


def test_a_difference_is_reported_and_fails(alice, north, cast, south):
    other = signed(south, cast.charlie, "groin_pain")
    visit = signed(north, alice, "first_step_heel_pain")
    kept = Screening.objects.get(visit=visit)
    with pgtrigger.ignore("cases.Screening:append_only"):
        Screening.objects.filter(pk=kept.pk).update(result=kept.result | {"urgency": "soon"})
    out = StringIO()

    with pytest.raises(CommandError, match="Signed screenings run again: 2, different: 1") as no:
        call_command("rerun_screenings", stdout=out)

    assert no.value.returncode == 1
    assert f"Visit {visit.pk}" in out.getvalue()
    assert "result.urgency was 'soon', is 'none'" in out.getvalue()
    assert str(other.pk) not in out.getvalue()


def test_one_clinic_can_be_named(alice, north, cast, south):
    signed(north, alice, "first_step_heel_pain")
    signed(south, cast.charlie, "groin_pain")

    assert "Signed screenings run again: 1." in rerun(clinic=south.slug)


def test_an_unknown_clinic_is_refused():
    with pytest.raises(CommandError, match="There is no clinic called 'nowhere'") as refused:
        rerun(clinic="nowhere")

    assert refused.value.returncode == 2
