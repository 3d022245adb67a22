"""One row of a patient list into the fields of ours."""

import datetime
import json
import re

from cases.import_export.csv_columns import LABELS
from cases.import_export.dates import NotADate, read_date
from cases.import_export.identifiers import MEDICARE, NHS, NationalNumber
from cases.import_export.incoming import IncomingPatient

_SEXES = {
    "f": "female", "female": "female", "w": "female", "woman": "female", "girl": "female",
    "m": "male", "male": "male", "man": "male", "boy": "male",
    "o": "other", "other": "other", "x": "other", "intersex": "other", "indeterminate": "other",
    "non binary": "other", "nonbinary": "other",
    "": "unknown", "u": "unknown", "unknown": "unknown", "not known": "unknown",
    "not stated": "unknown", "not specified": "unknown", "n a": "unknown",
}  # fmt: skip
_NOTHING = re.compile(r"(n/?a|none|nil|nill|no|null|-+|unknown|not known|nk|nkda|nka|nil known"
                      r"|no known( drug)? allerg(y|ies)|none known)\.?$", re.I)  # fmt: skip
_SCIENTIFIC = re.compile(r"\d([.,]\d+)?E\+?\d+$", re.I)
_PHONE = re.compile(r"(?:(?P<kind>[^\d+(:]{2,30}?)\s*[:\-]?\s*)?(?P<number>[+(]?\d[\d ()./+-]{3,}.*)$")
_PLAIN = ("title", "given_name", "preferred_name", "email", "postcode", "emergency_contact",
          "occupation", "gp_name", "gp_practice", "gp_address", "medication", "medical_history",
          "interpreter_language", "needs", "notes")  # fmt: skip
_NOTED = ("former_name", "suffix", "gender_identity", "medical_alerts", "appointment_notes",
          "old_reference")  # fmt: skip
_ADDRESS = ("address", "address_1", "address_2", "address_3", "city", "state", "country")


def read(
    targets: list[str],
    cells: list[str],
    row: IncomingPatient,
    order: str,
    today: datetime.date,
    *,
    is_cliniko: bool,
) -> None:
    """Fill `row` from the cells under `targets`, reading dates in `order`."""
    if len(cells) < len(targets) or any(cell.strip() for cell in cells[len(targets) :]):
        row.refuse("", f"has {len(cells)} cells where the header has {len(targets)}")
        return
    found = _by_target(targets, cells, row)
    _names(found, row)
    for name in _PLAIN:
        if found.get(name) and name != "given_name":
            row.put(name, found[name])
    for name in _NOTED:
        row.note(LABELS[name], found.get(name, ""))
    _dates(found, row, order, today)
    _sex(found.get("sex", ""), row)
    _phones(found, row)
    row.put("address", "\n".join(found[name] for name in _ADDRESS if found.get(name)))
    _national(found, row)
    _care(found, row)
    _identity(found, row, is_cliniko)


def _by_target(targets: list[str], cells: list[str], row: IncomingPatient) -> dict[str, str]:
    """Return the cells by target. Two columns for one target must not disagree over an identity."""
    found: dict[str, str] = {}
    for target, cell in zip(targets, cells, strict=False):
        cell, before = cell.strip(), found.get(target, "")
        if not target or not cell or cell == before:
            continue
        if not before:
            found[target] = cell
        elif target in ("family_name", "given_name", "birth_date", "id", "record_number", "nhs", "sex"):
            row.refuse(target.replace("_", " "), "two columns say different things")
        else:
            found[target] = f"{before}\n{cell}" if target.startswith("address") else f"{before}; {cell}"
    return found


def _names(found: dict[str, str], row: IncomingPatient) -> None:
    family, given = found.get("family_name", ""), found.get("given_name", "")
    if not family and not given and found.get("full_name"):
        family, comma, given = (part.strip() for part in found["full_name"].partition(","))
        if not comma and len(family.split()) > 1:
            row.remark("name", "has no parts: the whole stands as family name, please correct it")
    if not family:
        row.refuse("family name", "missing")
    row.put("family_name", family, "family name")
    row.put("given_name", " ".join([given, found.get("middle_name", "")]), "given name")


def _dates(found: dict[str, str], row: IncomingPatient, order: str, today: datetime.date) -> None:
    for name, about in (("birth_date", "date of birth"), ("deceased_on", "date of death")):
        cell = found.get(name, "")
        if re.fullmatch(r"\d{4}", cell) and "1880" <= cell <= str(today.year):
            row.remark(about, "only the year is given: kept in the notes")
            row.note(f"{about.capitalize()} in the source", cell)
        elif cell:
            try:
                row.values[name] = read_date(cell, order, today)
            except NotADate as error:
                row.refuse(about, str(error))
    born, died = row.values.get("birth_date"), row.values.get("deceased_on")
    if born and died and died < born:
        row.refuse("date of death", "is before the date of birth")


def _sex(cell: str, row: IncomingPatient) -> None:
    word = " ".join(re.sub(r"[^a-z]+", " ", cell.casefold()).split())
    if word not in _SEXES:
        row.remark("sex", "is a word that is not known: taken as not known, kept in the notes")
        row.note("Sex in the source", cell)
    row.values["sex"] = _SEXES.get(word, "unknown")


def _phones(found: dict[str, str], row: IncomingPatient) -> None:
    """Take the mobile number first; further ones go to the notes."""
    numbers = [(LABELS["phone_mobile"], found.get("phone_mobile", ""))]
    numbers += _listed(found.get("phone_numbers", ""))
    numbers += [(LABELS[kind], found.get(kind, "")) for kind in ("phone_home", "phone_work")]
    numbers = [(label, number) for label, number in numbers if number]
    for label, number in numbers:
        if _SCIENTIFIC.match(number):
            row.remark("telephone", "was spoilt by a spreadsheet: left out, kept in the notes")
            row.note("Telephone spoilt in the source", number)
        elif not row.values.get("phone"):
            row.put("phone", number, "telephone")
        else:
            row.note(label, number)


def _listed(cell: str) -> list[tuple[str, str]]:
    """Read "Mobile: 0412 …, Home: …" or Cliniko's own list of objects, mobile numbers first."""
    try:
        listed = json.loads(cell.replace("=>", ":")) if cell.startswith("[") else None
    except ValueError:
        listed = None
    numbers = []
    if isinstance(listed, list):
        for item in listed:
            if isinstance(item, dict):
                kind = str(item.get("phone_type") or item.get("type") or "Telephone")
                numbers.append((kind, str(item.get("number") or "")))
    else:
        for part in filter(None, (part.strip() for part in re.split(r"[,;|\n]", cell))):
            match = _PHONE.match(part)
            kind = match["kind"] if match and match["kind"] else "Telephone"
            numbers.append((kind, match["number"] if match else part))
    return sorted(numbers, key=lambda pair: not pair[0].lower().startswith(("mobile", "cell")))


def _national(found: dict[str, str], row: IncomingPatient) -> None:
    taken = [
        compact
        for target, number in (("nhs", NHS), ("medicare", MEDICARE))
        if (compact := _checked(found.get(target, ""), number, row))
    ]
    if taken:
        row.put("national_id", taken[0])
    for other in taken[1:]:
        row.note("Medicare number", other)
    row.note("Medicare reference number", found.get("medicare_reference", ""))


def _checked(cell: str, number: NationalNumber, row: IncomingPatient) -> str:
    compact = number.read(cell) if cell else ""
    if compact is None:
        row.remark(number.label, "its check digit does not hold: left out, kept in the notes")
        row.note(f"Not a valid {number.label}", cell)
    return compact or ""


def _care(found: dict[str, str], row: IncomingPatient) -> None:
    """Take what bears on care as words. "None" in the list is not yet "no known allergies" here."""
    allergies = found.get("allergies", "")
    if _NOTHING.match(allergies):
        row.note("Allergies in the source", allergies)
    elif allergies:
        row.put("allergies", f"Imported, to be checked: {allergies}")
    doctor = found.get("referring_doctor", "")
    if doctor and not row.values.get("gp_name"):
        row.put("gp_name", doctor)
    elif doctor:
        row.note("Referring doctor", doctor)
    language = found.get("language", "")
    if language and not language.casefold().startswith("en"):
        row.add("needs", f"Speaks {language}: ask whether an interpreter is needed.")
    if _NOTHING.match(row.values.get("interpreter_language", "")):
        del row.values["interpreter_language"]
    archived = found.get("archived", "")
    if archived and archived.casefold() not in ("no", "false", "0", "n"):
        row.note("Archived in the source", archived)
        row.remark("archived", "the source marks this patient as archived")


def _identity(found: dict[str, str], row: IncomingPatient, is_cliniko: bool) -> None:
    """Set who the row is in its source. Cliniko's ids are internal, other systems' are on paper."""
    number = found.get("record_number", "")
    row.source_id = found.get("id", "") or number
    if not number and not is_cliniko:
        number = found.get("id", "")
    if not row.source_id.isprintable() or len(row.source_id) > 200:
        row.refuse("id", "is longer than 200 characters or not text")
    if len(number) <= 30:
        row.put("record_number", number, "record number")
    else:
        row.note("Record number in the source", number)
    if not row.source_id:
        row.fingerprint()
