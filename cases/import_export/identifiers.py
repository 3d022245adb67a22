"""Which identifiers of a person are taken, and which are left where they are.

A national patient number is taken when its check digit holds. Numbers that a clinic has no need of
(social security, driving licence, passport, tax) are never taken, not even into the notes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.gb import nhs
from stdnum.util import clean, isdigits


def _nhs(text: str) -> str:
    return str(nhs.validate(text))


def _medicare(text: str) -> str:
    """Ten digits, or eleven with the person's place on the card; the ninth checks the first eight."""
    number = clean(text, " -/").strip()
    weights = (1, 3, 7, 9, 1, 3, 7, 9)
    if len(number) not in (10, 11) or not isdigits(number) or number[0] not in "23456":
        raise ValidationError
    if sum(w * int(d) for w, d in zip(weights, number, strict=False)) % 10 != int(number[8]):
        raise ValidationError
    return number


def _ihi(text: str) -> str:
    number = clean(text, " -").strip()
    if len(number) != 16 or not number.startswith("800360"):
        raise ValidationError
    return str(luhn.validate(number))


@dataclass(frozen=True)
class NationalNumber:
    """A kind of national patient number; `validate` returns it compact or raises."""

    label: str
    validate: Callable[[str], str]

    def read(self, text: str) -> str | None:
        """Return the number without blanks, or None when it is not such a number."""
        try:
            return self.validate(text)
        except (ValidationError, ValueError):
            return None


NHS = NationalNumber("NHS number", _nhs)
MEDICARE = NationalNumber("Medicare number", _medicare)
IHI = NationalNumber("Individual Healthcare Identifier", _ihi)

# FHIR identifier systems, the preferred first.
NATIONAL_SYSTEMS = {
    "https://fhir.nhs.uk/Id/nhs-number": NHS,
    "https://fhir.nhs.uk/id/nhs-number": NHS,
    "http://fhir.nhs.net/Id/nhs-number": NHS,
    "urn:oid:2.16.840.1.113883.2.1.4.1": NHS,
    "urn:oid:2.16.840.1.113883.2.1.3.2.4.16.53": NHS,  # Scotland's CHI has the same check digit
    "http://ns.electronichealth.net.au/id/hi/ihi/1.0": IHI,
    "http://ns.electronichealth.net.au/id/medicare-number": MEDICARE,
}

# HL7 table 0203 codes, and systems, of numbers that are nobody's business here.
PRIVATE_TYPES = frozenset({"SS", "SB", "DL", "PPN", "TAX", "CZ", "PRC"})
PRIVATE_SYSTEMS = (
    "http://hl7.org/fhir/sid/us-ssn",
    "urn:oid:2.16.840.1.113883.4.1",
    "urn:oid:2.16.840.1.113883.4.3.",
    "http://hl7.org/fhir/sid/passport",
)
