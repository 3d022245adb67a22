"""FHIR R4 into `IncomingPatient`: Bundles, single resources, arrays, and one resource a line."""

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cases.import_export import fhir_patient
from cases.import_export.fhir_history import HISTORY_KINDS, add_history
from cases.import_export.fhir_shape import Malformed, Resource, dicts
from cases.import_export.incoming import IncomingPatient, Unusable

_RESOURCE_TYPE = re.compile(r"[A-Z][A-Za-z]{2,60}$")


@dataclass
class _Found:
    """A resource, where it stands in the file, and the address others refer to it by."""

    resource: Resource
    place: str
    address: str = ""


@dataclass
class FhirFile:
    """What one file gave: its patients, and how many resources of other kinds were left."""

    patients: list[IncomingPatient] = field(default_factory=list)
    described: str = ""


def looks_like_json(content: str) -> bool:
    """Return whether a file that begins so can only be JSON."""
    return content.lstrip()[:1] in ("{", "[")


def read_fhir(content: str, file: str, today: datetime.date) -> FhirFile:
    """Return the patients of a file. Raises Unusable when it is not JSON or not FHIR."""
    found = list(_resources(content, file))
    by_address = {}
    for item in found:
        by_address[item.address] = item.resource
        identity = item.resource.get("id")
        if isinstance(identity, str):
            by_address[f"{item.resource['resourceType']}/{identity}"] = item.resource
    patients = [item for item in found if item.resource["resourceType"] == "Patient"]
    if not patients:
        raise Unusable(f"{file} holds no Patient resource.")
    history = _history_by_patient(found)
    rows = [_read_patient(item, file, today, history, by_address) for item in patients]
    rest = len(found) - len(patients)
    return FhirFile(rows, f"FHIR, {len(rows)} patients, {rest} other resources")


def _read_patient(
    item: _Found,
    file: str,
    today: datetime.date,
    history: dict[str, list[Resource]],
    by_address: dict[str, Resource],
) -> IncomingPatient:
    row = IncomingPatient(file, item.place)
    try:
        fhir_patient.read(item.resource, row, today, by_address)
    except Malformed as error:
        row.refuse(error.field, "is not in the shape FHIR gives it")
        return row
    names = {item.address, f"Patient/{item.resource.get('id')}"}
    for resource in (found for name in names for found in history.get(name, [])):
        try:
            add_history(row, resource, by_address)
        except Malformed as error:
            row.remark(str(resource["resourceType"]), f"left out: {error.field} is not as in FHIR")
    if not row.source_id:
        row.fingerprint()
    return row


def _history_by_patient(found: list[_Found]) -> dict[str, list[Resource]]:
    """Return allergies, medicines and conditions by the address of the patient they are about."""
    history: dict[str, list[Resource]] = {}
    for item in found:
        if item.resource["resourceType"] in HISTORY_KINDS:
            subject = item.resource.get("subject") or item.resource.get("patient")
            reference = subject.get("reference") if isinstance(subject, dict) else None
            if isinstance(reference, str):
                history.setdefault(_bare(reference), []).append(item.resource)
    return history


def _bare(reference: str) -> str:
    """Return `Patient/1` for an absolute address or a version of it; others as they are."""
    match = re.search(r"(?:^|/)(Patient/[^/]+)(?:/_history/.*)?$", reference)
    return match[1] if match else reference


def _resources(content: str, file: str) -> Iterator[_Found]:
    try:
        document = json.loads(content)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise _not_json(file, error) from None
        yield from _lines(content, file, error)
    except (RecursionError, ValueError):
        raise Unusable(f"{file} nests too deeply or holds a number too long to be FHIR.") from None
    else:
        yield from _of_document(document, file)


def _lines(content: str, file: str, extra: json.JSONDecodeError) -> Iterator[_Found]:
    """Read one resource a line, as bulk exports are written; `extra` is why it is no single one."""
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            document = json.loads(line)
        except json.JSONDecodeError as error:
            raise (_not_json(file, error, number) if number > 1 else _not_json(file, extra)) from None
        except (RecursionError, ValueError):
            raise Unusable(f"{file}, line {number}, cannot be FHIR.") from None
        yield from _of_document(document, file, f"line {number}")


def _not_json(file: str, error: json.JSONDecodeError, line: int | None = None) -> Unusable:
    place = f"line {line or error.lineno}, column {error.colno}"
    return Unusable(f"{file} is not valid JSON: {error.msg.lower()} at {place}.")


def _of_document(document: Any, file: str, place: str = "") -> Iterator[_Found]:
    """Yield the resources of one JSON document: a Bundle's, an array's, or the one it is."""
    if isinstance(document, list):
        for number, element in enumerate(document, start=1):
            yield from _of_document(element, file, _join(place, f"element {number}"))
        return
    kind = document.get("resourceType") if isinstance(document, dict) else None
    if not isinstance(kind, str) or not _RESOURCE_TYPE.match(kind):
        where = f", {place}," if place else ""
        raise Unusable(f"{file}{where} is JSON but not FHIR: it has no resourceType.")
    if kind != "Bundle":
        yield _Found(document, place or "the resource")
        return
    try:
        entries = dicts(document, "entry")
    except Malformed:
        raise Unusable(f"{file} is a Bundle whose entry is not a list of objects.") from None
    for number, entry in enumerate(entries, start=1):
        yield from _of_entry(entry, file, _join(place, f"entry {number}"))


def _of_entry(entry: Resource, file: str, place: str) -> Iterator[_Found]:
    resource = entry.get("resource")
    if resource is None:
        return
    for item in _of_document(resource, file, place):
        address = entry.get("fullUrl")
        item.address = _bare(address) if isinstance(address, str) else ""
        yield item


def _join(before: str, after: str) -> str:
    return f"{before}, {after}" if before else after
