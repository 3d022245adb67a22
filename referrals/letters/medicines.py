"""Medicines that a specialist must not overlook: they thin the blood, or weaken bone or defence."""

import re

from .content import Block, alert
from .facts import LetterRecord

THINNER = "an anticoagulant"
# Names as UK prescriptions have them (British National Formulary, chapters 2.8, 6.3 and 8.2, 10.1).
_NAMES = {
    THINNER: (
        "warfarin apixaban rivaroxaban edoxaban dabigatran acenocoumarol phenindione heparin dalteparin "
        "enoxaparin tinzaparin fondaparinux"
    ),
    "a steroid": (
        "prednisolone prednisone dexamethasone hydrocortisone methylprednisolone deflazacort betamethasone"
    ),
    "an immunosuppressant": (
        "methotrexate azathioprine ciclosporin tacrolimus mycophenolate leflunomide cyclophosphamide "
        "sirolimus adalimumab etanercept infliximab certolizumab golimumab rituximab tocilizumab abatacept "
        "secukinumab ustekinumab baricitinib tofacitinib upadacitinib"
    ),
}
KINDS = {kind: frozenset(names.split()) for kind, names in _NAMES.items()}
# Answers of the visit that say the same.
SIGNS = {"anticoagulant_use": THINNER, "steroid_long_term": "a steroid"}
# On the skin, in the eye or breathed in, they hardly reach the rest of the body.
LOCAL = re.compile(r"\b(cream|ointment|gel|inhaler|inhaled|nasal|drops?|spray)\b", re.IGNORECASE)


def named(medication: str) -> dict[str, tuple[str, ...]]:
    """Return the medicines that matter by kind, as the text names them."""
    pieces = [one for one in re.split(r"[\n;,]", medication) if not LOCAL.search(one)]
    words = [word for one in pieces for word in re.findall(r"[^\W\d_]+", one)]
    found = {kind: tuple(word for word in words if word.lower() in names) for kind, names in KINDS.items()}
    return {kind: names for kind, names in found.items() if names}


def highlighted(record: LetterRecord) -> Block:
    """The line that says so, from the list of medicines, the patient's details and the visit's answers."""
    kinds: dict[str, str] = {
        kind: f" ({', '.join(n)})" for kind, n in named(record.patient.medication).items()
    }
    if record.patient.on_anticoagulant:
        kinds.setdefault(THINNER, "")
    for one in record.findings:
        if one.present and one.code in SIGNS:
            kinds.setdefault(SIGNS[one.code], "")
    said = " and ".join(f"{kind}{kinds[kind]}" for kind in KINDS if kind in kinds)
    return alert(f"Takes {said}." if said else "")
