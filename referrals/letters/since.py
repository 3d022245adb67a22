"""What an examination found that the visit before it did not, for a letter that tells the change."""

from collections.abc import Iterable

from django.db.models import Subquery

from cases.models import Finding, Visit
from cases.screening import load_catalogue

from .wording import SIDES, long_date

MOST_CHANGES = 6


def changes_since_the_visit_before(visit: Visit, findings: Iterable[Finding]) -> tuple[tuple[str, str], ...]:
    """Return the kinds of change with what changed, in words; empty at a first visit. One query.

    What was not asked at one of the two visits is no change.
    """
    signed = visit.case.visits.filter(
        signed_at__isnull=False, voided_at__isnull=True, seen_on__lt=visit.seen_on
    )
    latest = signed.order_by("-seen_on", "-signed_at").values("pk")[:1]
    found = list(Finding.objects.filter(visit=Subquery(latest)).select_related("visit"))
    old = {(one.sign, one.side): one for one in found}
    pairs = [(old[key], one) for one in findings if (key := (one.sign, one.side)) in old]
    if not pairs:
        return ()
    day = long_date(found[0].visit.seen_on)
    rows = (
        (f"New since {day}", [_name(now) for was, now in pairs if now.present and not was.present]),
        (f"Gone since {day}", [_name(now) for was, now in pairs if was.present and not now.present]),
        (f"Changed since {day}", [said for was, now in pairs if (said := _measured(was, now))]),
    )
    told = tuple((label, "; ".join(names[:MOST_CHANGES])) for label, names in rows if names)
    return told or ((f"Since {day}", "No change in what was asked at both visits."),)


def _name(one: Finding) -> str:
    sign = load_catalogue().signs.get(one.sign)
    label = sign.label if sign else one.sign.replace("_", " ")
    side = SIDES.get(one.side, "")
    return f"{label} ({side})" if side else label


def _measured(was: Finding, now: Finding) -> str:
    """MRC and degrees that are not what they were."""
    if None not in (was.mrc_grade, now.mrc_grade) and was.mrc_grade != now.mrc_grade:
        return f"{_name(now)}: MRC {was.mrc_grade}/5 to {now.mrc_grade}/5"
    if None not in (was.degrees, now.degrees) and was.degrees != now.degrees:
        return f"{_name(now)}: {was.degrees}° to {now.degrees}°"
    return ""
