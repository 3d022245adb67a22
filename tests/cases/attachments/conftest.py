"""A patient with a case, and a directory of each test's own."""

import pytest

from tests.factories import CaseFactory, PatientFactory


@pytest.fixture(autouse=True)
def own_directory(settings, tmp_path):
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"
    return settings.ATTACHMENTS_DIR


@pytest.fixture
def patient(cast, north):
    return PatientFactory(clinic=north, created_by=cast.alice)


@pytest.fixture
def case(patient):
    return CaseFactory(patient=patient)
