"""A signed visit of North, from which referrals are written."""

import pytest
from django.utils import timezone

from cases import actions as case_actions
from cases.screening import load_catalogue
from tests.factories import CaseFactory, PatientFactory, SpecialistFactory

L5 = ["slump_positive", "hip_abduction_weak", "ehl_weak", "low_back_pain", "sensory_loss_l5"]


def signed_visit(clinic, by, present=L5, *, screened=True):
    patient = PatientFactory(clinic=clinic, created_by=by, no_known_allergies=True)
    visit = case_actions.start_visit(case=CaseFactory(patient=patient, lead=by), by=by)
    screen = [code for code, sign in load_catalogue().signs.items() if sign.screen] if screened else []
    answers = {code: [case_actions.Answer(present=False)] for code in screen}
    answers |= {code: [case_actions.Answer(present=True, side="left")] for code in present}
    case_actions.record_answers(visit=visit, by=by, answers=answers)
    if not screened:
        case_actions.record_emergency_call(
            visit=visit, by=by, phoned_at=timezone.now(), phoned_to="Dr Lee, emergency department"
        )
    return case_actions.sign_visit(visit=visit, by=by, version=None)


@pytest.fixture
def visit(north, alice):
    return signed_visit(north, alice)


@pytest.fixture
def emergency(north, alice):
    return signed_visit(north, alice, ["ces_bladder_dysfunction"], screened=False)


@pytest.fixture
def specialist(north):
    return SpecialistFactory(clinic=north)
