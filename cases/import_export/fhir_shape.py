"""Safe steps into a FHIR resource: each says which field is not in the shape FHIR gives it."""

from typing import Any

Resource = dict[str, Any]


class Malformed(Exception):
    """`field` is not in the shape the FHIR specification gives it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def dicts(resource: Resource, key: str) -> list[Resource]:
    """Return a list of objects, empty when absent. Raises Malformed."""
    value = resource.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Malformed(key)
    return value


def one(resource: Resource, key: str) -> Resource:
    """Return an object, empty when absent. Raises Malformed."""
    value = resource.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Malformed(key)
    return value


def text(resource: Resource, key: str) -> str:
    """Return a string, empty when absent. Raises Malformed."""
    value = resource.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(key)
    return value.strip()


def texts(resource: Resource, key: str) -> list[str]:
    """Return a list of strings without the empty ones (FHIR pads with null). Raises Malformed."""
    value = resource.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(item is None or isinstance(item, str) for item in value):
        raise Malformed(key)
    return [item.strip() for item in value if item and item.strip()]


def concept(resource: Resource, key: str) -> str:
    """Return the words of a CodeableConcept: its text, else its first display or code."""
    value = one(resource, key)
    codings = dicts(value, "coding")
    displays = [text(coding, "display") for coding in codings]
    codes = [text(coding, "code") for coding in codings]
    return next(filter(None, [text(value, "text"), *displays, *codes]), "")


def codes(resource: Resource, key: str) -> set[str]:
    """Return the codes of a CodeableConcept."""
    return {text(coding, "code") for coding in dicts(one(resource, key), "coding")}
