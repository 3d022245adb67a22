"""Somebody who is registered twice, as it happens at a desk: one letter off, the same day of birth."""

from datetime import date

from cases import actions
from clinic.models import Clinic, User

COMMON = {
    "title": "Mr",
    "given_name": "Stephen",
    "birth_date": date(1974, 10, 2),
    "sex": "male",
    "postcode": "LS6 2QG",
}


def register_twice(clinic: Clinic, by: User) -> None:
    """Register one man under two spellings; each record holds something that the other lacks."""
    actions.register_patient(
        clinic=clinic,
        by=by,
        family_name="Whittaker",
        address="8 Mill Lane\nLeeds",
        phone="0113 496 0418",
        no_known_allergies=True,
        **COMMON,
    )
    actions.register_patient(
        clinic=clinic,
        by=by,
        family_name="Whitaker",
        address="8 Mill Lane, Leeds",
        email="s.whitaker@example.org",
        gp_practice="Wharf Street Surgery",
        **COMMON,
    )
