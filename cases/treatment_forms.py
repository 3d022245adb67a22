"""Which of the catalogue's treatment checks concern a treatment in the form it is given.

The catalogue narrows some checks to one form of a treatment ("bed rest over 2 days"). This is the
one place that says which fields of a treatment make it that form. Pure.
"""

from collections.abc import Callable, Mapping
from typing import Any

from cases.screening.treatments import TreatmentFinding

Details = Mapping[str, Any]
BACK = frozenset({"back", "sciatica"})
# "passive" is what drafts kept before each of them had a name of its own.
PASSIVE = frozenset({"passive", "belt", "traction", "tens", "pens", "ultrasound", "interferential"})

IS_FORM: dict[str, Callable[[Details], bool]] = {
    "bed rest over 2 days": lambda d: d.get("rest_kind") == "bed" and (d.get("days") or 0) > 2,
    "immobilisation": lambda d: d.get("rest_kind") in {"boot", "cast"},
    "boot or cast": lambda d: d.get("rest_kind") in {"boot", "cast"},
    "nerve glide": lambda d: d.get("exercise_type") == "nerve_glide",
    # The surgery form has no emergency urgency: an emergency is phoned, never written about first.
    "routine letter": lambda d: True,
    "spinal fusion or disc replacement": lambda d: d.get("procedure") in {"fusion", "disc_replacement"},
    "decompression": lambda d: d.get("procedure") == "decompression",
    "hip replacement": lambda d: d.get("procedure") == "hip_replacement",
    "orthosis for back pain or sciatica": lambda d: (
        d.get("other_kind") in {"orthosis", "rocker_sole"} and d.get("purpose") in BACK
    ),
    "belt, traction, TENS, PENS, ultrasound or interferential": lambda d: (
        d.get("other_kind") in PASSIVE and d.get("purpose") in BACK
    ),
    "ankle splint": lambda d: d.get("other_kind") == "afo",
}


def concerns(finding: TreatmentFinding, kind: str, details: Details) -> bool:
    """Return whether a check's finding is about this treatment as `details` describes it.

    Raises KeyError when the catalogue names a form that this table does not know.
    """
    if finding.treatment != kind:
        return False
    return finding.kind is None or IS_FORM[finding.kind](details)
