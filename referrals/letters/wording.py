"""Dates, names, sides and lists as a British letter writes them."""

from collections.abc import Iterable
from datetime import date, datetime

from .facts import FindingFacts, PatientFacts

NONE_RECORDED = "–"
NOT_KNOWN = "Not known – please ask the patient."
MONTHS = tuple(
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
SIDES = {"left": "left", "right": "right", "bilateral": "both sides"}
TITLES = ("dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "sir", "dame")


def long_date(day: date | None) -> str:
    """17 May 1965, or nothing."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else ""


def short_date(day: date | None) -> str:
    """18 Nov 2026, for a narrow column, or nothing."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}" if day else ""


def time_and_date(moment: datetime | None) -> str:
    """14:05 on 21 November 2026, or nothing."""
    return f"{moment:%H:%M} on {long_date(moment.date())}" if moment else ""


def full_name(patient: PatientFacts) -> str:
    """Ms Anna Novak."""
    return joined(" ", (patient.title, patient.given_name, patient.family_name))


def joined(separator: str, parts: Iterable[str]) -> str:
    """The parts that say something."""
    return separator.join(part.strip() for part in parts if part and part.strip())


def lines(text: str) -> tuple[str, ...]:
    """The lines that say something."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text, which empty lines part."""
    return tuple(one.strip() for one in text.replace("\r\n", "\n").split("\n\n") if one.strip())


def one_line(text: str) -> str:
    """An address on one line."""
    return ", ".join(line.removesuffix(",") for line in lines(text))


def yes_no(value: bool | None) -> str:
    """yes, no or not known."""
    return "not known" if value is None else "yes" if value else "no"


def salutation(name: str) -> str:
    """By name where the name carries a title, since only then is it surely a person's."""
    first = name.split()[0].lower().rstrip(".") if name.split() else ""
    return f"Dear {name}," if first in TITLES else "Dear colleague,"


def side_words(finding: FindingFacts, usual: str = "") -> str:
    """The side in words, unless it is the side of the complaint."""
    return "" if finding.side == usual else SIDES.get(finding.side, "")


def measure(finding: FindingFacts) -> str:
    """The measures of a finding: MRC 4/5, 40°, 12 mm, L5."""
    return joined(
        ", ",
        (
            f"MRC {finding.mrc_grade}/5" if finding.mrc_grade is not None else "",
            f"{finding.degrees}°" if finding.degrees is not None else "",
            f"{finding.millimetres} mm" if finding.millimetres is not None else "",
            finding.level,
        ),
    )


def since(finding: FindingFacts) -> str:
    """When it began: since 3 March 2026."""
    return f"since {long_date(finding.onset_on)}" if finding.onset_on else ""


def with_details(finding: FindingFacts, usual: str = "") -> str:
    """The sign with side, measure, onset and note in brackets."""
    details = joined(", ", (side_words(finding, usual), measure(finding), since(finding), finding.note))
    return f"{finding.label} ({details})" if details else finding.label


def sentence_list(items: Iterable[str]) -> str:
    """The items on one line, or that there are none."""
    return "; ".join(items) or "none"


def suspected_name(name: str) -> str:
    """A condition's name, always worded as a suspicion."""
    bare = name.removesuffix(" (suspected)").strip()
    if bare.lower().startswith(("suspected", "possible")):
        return bare
    keep = len(bare) > 1 and (bare[1].isupper() or not bare[1].isalpha())
    return f"Suspected {bare if keep else bare[:1].lower() + bare[1:]}"


def confidence(probability: float) -> str:
    """How strongly the answers point to it, without a false precision."""
    return "strong" if probability >= 0.8 else "moderate" if probability >= 0.5 else "weak"
