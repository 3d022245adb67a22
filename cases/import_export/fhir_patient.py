"""One FHIR Patient resource into the fields of ours."""

import datetime
import re

from cases.import_export.dates import NotADate, read_date
from cases.import_export.fhir_shape import Malformed, Resource, codes, concept, dicts, one, text, texts
from cases.import_export.identifiers import NATIONAL_SYSTEMS, PRIVATE_SYSTEMS, PRIVATE_TYPES
from cases.import_export.incoming import IncomingPatient

_GENDERS = {"male", "female", "other", "unknown"}
_NAME_USES = ("official", "usual", "", "anonymous", "temp", "nickname", "old", "maiden")
_PHONE_USES = ("mobile", "home", "", "work", "temp")
_ADDRESS_USES = ("home", "", "billing", "work", "temp")
_INTERPRETER = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
_PARTIAL = re.compile(r"\d{4}(-\d{2})?$")
_RECORD_NUMBER_LENGTH = 30


def read(
    resource: Resource, row: IncomingPatient, today: datetime.date, by_address: dict[str, Resource]
) -> None:
    """Fill `row` from a Patient resource. Raises Malformed naming the field of a wrong shape."""
    if any(text(link, "type") == "replaced-by" for link in dicts(resource, "link")):
        row.refuse("link", "the source has replaced this record by another")
    _names(resource, row)
    _birth_and_death(resource, row, today)
    _sex(resource, row)
    _identifiers(resource, row)
    _telecom(resource, row)
    _address(resource, row)
    _language(resource, row)
    _practitioner(resource, row, by_address)
    _contact(resource, row)
    if resource.get("active") is False:
        row.note("In the source", "record not active")
        row.remark("active", "the source marks this record as not active")


def _by_use(items: list[Resource], uses: tuple[str, ...]) -> list[Resource]:
    """Return the items whose use is listed, in the order of `uses` (others are out of date)."""
    return sorted(
        (item for item in items if text(item, "use") in uses), key=lambda i: uses.index(text(i, "use"))
    )


def _names(resource: Resource, row: IncomingPatient) -> None:
    names = _by_use(dicts(resource, "name"), _NAME_USES)
    if not names:
        row.refuse("name", "missing")
        return
    chosen = names[0]
    family, given = text(chosen, "family"), " ".join(texts(chosen, "given"))
    if not family and not given:
        family, given = _split(text(chosen, "text"), row)
    if not family:
        row.refuse("name.family", "missing (somebody with one name has it as family name)")
    row.put("family_name", family, "name.family")
    row.put("given_name", given, "name.given")
    row.put("title", " ".join(texts(chosen, "prefix")), "name.prefix")
    row.note("Name suffix", " ".join(texts(chosen, "suffix")))
    for name in names[1:]:
        _other_name(name, given, row)


def _split(whole: str, row: IncomingPatient) -> tuple[str, str]:
    """Split "NOVAK, Anna"; a name without a comma is left whole, for nobody can tell its parts."""
    family, comma, given = whole.partition(",")
    if not comma and len(whole.split()) > 1:
        row.remark("name.text", "has no parts: the whole stands as family name, please correct it")
    return family.strip(), given.strip()


def _other_name(name: Resource, given: str, row: IncomingPatient) -> None:
    use, others = text(name, "use"), " ".join(texts(name, "given"))
    whole = " ".join(filter(None, [others, text(name, "family")])) or text(name, "text")
    if use in ("nickname", "usual") and others and others != given:
        row.values.setdefault("preferred_name", "")
        row.put("preferred_name", row.values["preferred_name"] or others, "name")
    else:
        row.note("Maiden name" if use == "maiden" else "Other name", whole)


def _birth_and_death(resource: Resource, row: IncomingPatient, today: datetime.date) -> None:
    born = text(resource, "birthDate")
    if _PARTIAL.match(born):
        row.remark("birthDate", "only a year or month is given: no date of birth, kept in the notes")
        row.note("Date of birth in the source", born)
    elif born:
        row.values["birth_date"] = _date(born, "birthDate", row, today)
    died = text(resource, "deceasedDateTime")
    if died and not _PARTIAL.match(died):
        row.values["deceased_on"] = _date(died, "deceasedDateTime", row, today)
    elif died or resource.get("deceasedBoolean") is True:
        row.note("Has died, according to the source", died or "date not given")
        row.remark("deceased", "has died, the day is not given: kept in the notes")
    birth_date, deceased_on = row.values.get("birth_date"), row.values.get("deceased_on")
    if birth_date and deceased_on and deceased_on < birth_date:
        row.refuse("deceasedDateTime", "is before the date of birth")


def _date(value: str, field: str, row: IncomingPatient, today: datetime.date) -> datetime.date | None:
    if not re.match(r"\d{4}-\d{2}-\d{2}(T|$)", value):
        row.refuse(field, "is not a date as FHIR writes it")
        return None
    try:
        return read_date(value[:10], "ymd", today)
    except NotADate as error:
        row.refuse(field, str(error))
        return None


def _sex(resource: Resource, row: IncomingPatient) -> None:
    gender = text(resource, "gender")
    if gender and gender not in _GENDERS:
        row.remark("gender", "is no word of FHIR's: taken as not known")
        row.note("Gender in the source", gender)
    row.values["sex"] = gender if gender in _GENDERS else "unknown"


def _identifiers(resource: Resource, row: IncomingPatient) -> None:
    taken: dict[str, str] = {}
    numbers = []
    for item in dicts(resource, "identifier"):
        system, value, kinds = text(item, "system"), text(item, "value"), codes(item, "type")
        if not value or kinds & PRIVATE_TYPES or system.startswith(PRIVATE_SYSTEMS):
            continue
        if system in NATIONAL_SYSTEMS:
            number = NATIONAL_SYSTEMS[system]
            compact = number.read(value)
            if compact:
                taken.setdefault(number.label, compact)
            else:
                row.remark("identifier", f"not a valid {number.label}: left out, kept in the notes")
                row.note(f"Not a valid {number.label}", value)
        elif "MR" in kinds and text(item, "use") != "old":
            numbers.append((system, value))
    _national(taken, row)
    _source(text(resource, "id"), numbers, row)


def _national(taken: dict[str, str], row: IncomingPatient) -> None:
    preferred = [number.label for number in NATIONAL_SYSTEMS.values() if number.label in taken]
    if preferred:
        row.put("national_id", taken[preferred[0]], "identifier")
        for label in taken:
            if label != preferred[0]:
                row.note(label, taken[label])


def _source(identity: str, numbers: list[tuple[str, str]], row: IncomingPatient) -> None:
    """Say who the patient is in the source: by medical record number, else by resource id."""
    row.source_system, row.source_id = "fhir", identity
    for system, value in numbers[:1]:
        if system and len(system) <= 100 and len(value) <= 200:
            row.source_system, row.source_id = system, value
        if len(value) <= _RECORD_NUMBER_LENGTH:
            row.put("record_number", value, "identifier")
        elif value != row.source_id:
            row.note("Record number in the source", value)
    if len(row.source_id) > 200 or not (row.source_system + row.source_id).isprintable():
        raise Malformed("id")


def _telecom(resource: Resource, row: IncomingPatient) -> None:
    points = dicts(resource, "telecom")
    phones = _by_use([p for p in points if text(p, "system") in ("phone", "sms")], _PHONE_USES)
    emails = [p for p in points if text(p, "system") == "email" and text(p, "use") != "old"]
    values = list(dict.fromkeys(text(p, "value") for p in phones if text(p, "value")))
    if values:
        row.put("phone", values[0], "telecom")
    for value in values[1:]:
        row.note("Other telephone", value)
    addresses = [text(p, "value") for p in emails if text(p, "value")]
    if addresses:
        row.put("email", addresses[0], "telecom")
    for address in addresses[1:]:
        row.note("Other e-mail", address)


def _address(resource: Resource, row: IncomingPatient) -> None:
    for address in _by_use(dicts(resource, "address"), _ADDRESS_USES)[:1]:
        lines = texts(address, "line")
        lines += [text(address, key) for key in ("city", "district", "state", "country")]
        whole = "\n".join(filter(None, lines)) or text(address, "text")
        row.put("address", whole, "address")
        row.put("postcode", text(address, "postalCode"), "address.postalCode")


def _language(resource: Resource, row: IncomingPatient) -> None:
    """Note what the patient speaks. That is no need of an interpreter unless the source says so."""
    needs_interpreter = any(
        text(extension, "url") == _INTERPRETER and extension.get("valueBoolean") is True
        for extension in dicts(resource, "extension")
    )
    for spoken in dicts(resource, "communication")[:3]:
        language = concept(spoken, "language")
        if not language or any(code.startswith("en") for code in codes(spoken, "language")):
            continue
        if needs_interpreter and "interpreter_language" not in row.values:
            row.put("interpreter_language", language, "communication")
        else:
            row.add("needs", f"Speaks {language}: ask whether an interpreter is needed.")


def _practitioner(resource: Resource, row: IncomingPatient, by_address: dict[str, Resource]) -> None:
    for reference in dicts(resource, "generalPractitioner")[:1]:
        found = by_address.get(text(reference, "reference"), {})
        if found.get("resourceType") == "Organization":
            row.put("gp_practice", text(found, "name"), "generalPractitioner")
        elif names := dicts(found, "name") if found.get("resourceType") == "Practitioner" else []:
            parts = [*texts(names[0], "prefix"), *texts(names[0], "given"), text(names[0], "family")]
            row.put("gp_name", " ".join(filter(None, parts)), "generalPractitioner")
        else:
            row.put("gp_name", text(reference, "display"), "generalPractitioner")


def _contact(resource: Resource, row: IncomingPatient) -> None:
    """Take the emergency contact (C), else the next of kin (N), else one without a role."""
    contacts = []
    for contact in dicts(resource, "contact"):
        roles = [code for kind in dicts(contact, "relationship") for code in codes({"k": kind}, "k")]
        contacts += [(("C", "N", "").index(role), contact) for role in roles or [""] if role in "CN"]
    for _rank, contact in sorted(contacts, key=lambda pair: pair[0])[:1]:
        name = one(contact, "name")
        parts = [*texts(name, "given"), text(name, "family")]
        whole = " ".join(filter(None, parts)) or text(name, "text")
        kinds = [concept({"k": kind}, "k") for kind in dicts(contact, "relationship")]
        phones = [text(point, "value") for point in dicts(contact, "telecom")]
        row.put("emergency_contact", ", ".join(filter(None, [whole, *kinds, *phones])), "contact")
