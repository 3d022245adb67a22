"""Phrases: wording that is inserted by a short word. They hold nothing of any patient."""

from django.db import transaction

from cases.models import Phrase
from clinic.models import Clinic, User


@transaction.atomic
def add_phrase(*, clinic: Clinic, by: User, shortcut: str, text: str, for_clinic: bool = False) -> Phrase:
    """Add a phrase of one's own, or one of the whole clinic. Raises ValidationError."""
    phrase = Phrase(clinic=clinic, owner=None if for_clinic else by, shortcut=shortcut, text=text)
    phrase.full_clean()
    phrase.save()
    return phrase


@transaction.atomic
def change_phrase(*, phrase: Phrase, by: User, shortcut: str, text: str) -> Phrase:
    """Change a phrase; what it was inserted into stays as it is. Raises ValidationError."""
    phrase.shortcut, phrase.text = shortcut, text
    phrase.full_clean()
    phrase.save(update_fields=["shortcut", "text"])
    return phrase


@transaction.atomic
def remove_phrase(*, phrase: Phrase, by: User) -> None:
    """Remove a phrase; the database's history keeps it, and so does every note it stands in."""
    phrase.delete()
