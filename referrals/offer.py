"""What the page of a signed visit offers: the referral that its screening suggests, or why there is none."""

from dataclasses import dataclass

from cases.models import Visit
from referrals.forms import NotReferringForm, ReferralForm
from referrals.models import NotReferring, Referral
from referrals.suggest import is_emergency, suggested_fields
from referrals.undecided import asks_for_a_decision


@dataclass(frozen=True)
class Offer:
    """One visit with a suspicion. `form` holds what one tap sends; `shown` are its fields to be read."""

    visit: Visit
    form: ReferralForm
    referrals: list[Referral]
    decision: NotReferring | None
    not_referring_form: NotReferringForm

    @property
    def is_undecided(self) -> bool:
        """Whether neither a referral nor a reason against one answers the suspicion."""
        return self.decision is None and not self.referrals

    @property
    def is_whole(self) -> bool:
        """Whether one tap can begin it: the screening named a service and gave a question."""
        return bool(self.form.initial["destination"] and self.form.initial["question"])

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Label and value of what the referral would say."""
        values = self.form.initial
        chosen = {name: dict(self.form.fields[name].choices) for name in ("destination", "urgency")}  # type: ignore[attr-defined]
        words = {
            "destination": str(chosen["destination"].get(values["destination"], "")),
            "specialist": str(values["specialist"] or ""),
            "urgency": str(chosen["urgency"].get(values["urgency"], "")),
            "question": values["question"],
            "reason_for_urgency": values["reason_for_urgency"],
        }
        return [(str(self.form.fields[name].label), said) for name, said in words.items() if said]


def offer_of(visit: Visit, refused: NotReferringForm | None = None) -> Offer | None:
    """Return what a signed visit offers, None where it suspects nothing to refer. Four queries at most."""
    if not asks_for_a_decision(visit):
        return None
    since = [
        one
        for one in visit.case.referrals.exclude(state="cancelled").order_by("-created_at")
        if one.is_open or one.visit_id == visit.pk or (visit.signed_at and one.created_at >= visit.signed_at)
    ]
    decision = visit.not_referrings.filter(withdrawn_at__isnull=True).select_related("recorded_by").first()
    form = ReferralForm(
        clinic=visit.clinic,
        is_emergency=is_emergency(visit),
        initial=suggested_fields(visit),
        auto_id="offer_%s",
    )
    reason = {"reason": visit.screening.decision_reason}
    return Offer(
        visit, form, since, decision, refused or NotReferringForm(initial=reason, auto_id="not_referring_%s")
    )
