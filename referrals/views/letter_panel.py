"""The panel of a referral's page that shows its letters: the newest, what to take along, the older ones."""

from typing import Any

from django.db.models import Exists, OuterRef

from referrals.forms import CorrectionForm
from referrals.letters.content import ComposedLetter
from referrals.letters.text import as_plain_text
from referrals.models import LetterDraft, PatientCopy, Referral
from referrals.workflow import State, can_become


def letter_panel(referral: Referral) -> dict[str, Any]:
    """Return what the panel shows. Two queries."""
    copies = PatientCopy.objects.filter(letter=OuterRef("pk"))
    letters = list(
        referral.letters.select_related("signed_by", "cosigned_by").annotate(has_copy=Exists(copies))
    )
    newest = letters[0] if letters else None
    composed = ComposedLetter.from_dict(newest.content) if newest else None
    drafts = LetterDraft.objects.select_related("saved_by").filter(referral=referral)
    correcting = drafts.filter(corrects__isnull=False).first() if newest else None
    may_correct = referral.state == State.SIGNED or can_become(referral.state, State.SIGNED)
    return {
        "letter_row": newest,
        "letter": composed,
        "letter_text": as_plain_text(composed) if composed else "",
        "older_letters": letters[1:],
        "correcting": correcting,
        "can_correct": bool(newest) and may_correct and not correcting,
        "correction_form": CorrectionForm(auto_id="correct_%s"),
    }
