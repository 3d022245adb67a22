"""Active allergies, medicines and conditions, as text that says it was imported.

They become words to be checked with the patient, never a yes or no of ours: that a source lists no
allergy is not "no known allergies".
"""

from cases.import_export.fhir_shape import Resource, codes, concept, dicts, one, text
from cases.import_export.incoming import IncomingPatient

HEADING = "Imported, to be checked with the patient:"
HISTORY_KINDS = {
    "AllergyIntolerance": "allergies",
    "MedicationRequest": "medication",
    "MedicationStatement": "medication",
    "Condition": "medical_history",
}
_LENGTHS = {"allergies": 1000, "medication": 2000, "medical_history": 4000}
_MORE = "… and more in the source."


def add_history(row: IncomingPatient, resource: Resource, by_address: dict[str, Resource]) -> None:
    """Add one resource to the field it belongs to, if it is active and was not withdrawn.

    Raises Malformed.
    """
    field = HISTORY_KINDS[resource["resourceType"]]
    if not _is_active(resource):
        return
    line = _words(resource, by_address)
    before = row.values.get(field, "") or HEADING
    if not line or f"- {line}" in before.split("\n") or before.endswith(_MORE):
        return
    # The last line that fits says that there is more.
    if len(before) + len(line) + len(_MORE) + 4 > _LENGTHS[field]:
        row.remark(field, "longer than the field: the rest stays in the source")
        line = ""
    row.put(field, f"{before}\n- {line}" if line else f"{before}\n{_MORE}", resource["resourceType"])


def _is_active(resource: Resource) -> bool:
    if codes(resource, "verificationStatus") & {"refuted", "entered-in-error"}:
        return False
    if resource["resourceType"] in ("MedicationRequest", "MedicationStatement"):
        is_order = text(resource, "intent") not in ("proposal", "plan", "option")
        return text(resource, "status") == "active" and is_order and not resource.get("doNotPerform")
    return bool(codes(resource, "clinicalStatus") & {"active", "recurrence", "relapse"})


def _words(resource: Resource, by_address: dict[str, Resource]) -> str:
    if resource["resourceType"].startswith("Medication"):
        words = concept(resource, "medicationCodeableConcept") or _medicine(resource, by_address)
        since = text(resource, "authoredOn") or text(resource, "effectiveDateTime")
    else:
        words = concept(resource, "code")
        since = text(resource, "onsetDateTime") or text(resource, "recordedDate")
    reactions = [
        concept({"m": kind}, "m")
        for reaction in dicts(resource, "reaction")
        for kind in dicts(reaction, "manifestation")
    ]
    if reactions:
        words += ": " + ", ".join(filter(None, reactions))
    if text(resource, "criticality") == "high":
        words += " (high risk)"
    since = since[:10]
    return " ".join(f"{words} (since {since})".split()) if words and since else " ".join(words.split())


def _medicine(resource: Resource, by_address: dict[str, Resource]) -> str:
    reference = one(resource, "medicationReference")
    address = text(reference, "reference")
    contained = {f"#{item.get('id')}": item for item in dicts(resource, "contained")}
    found = contained.get(address) or by_address.get(address) or {}
    return concept(found, "code") or text(reference, "display")
