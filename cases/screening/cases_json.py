"""Cases in, results out, as JSON. Every refusal names the case and the field in one line."""

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from .answers import Answers, AnswersError
from .assess import assess
from .catalogue import Catalogue

KEYS = ("id", "age", "side", "signs_present", "signs_absent")
REMARKS = frozenset({"title", "source", "note", "expected"})  # for people; never read
MOST_BYTES = 32 * 1024 * 1024
MOST_CASES = 100_000


class CasesError(ValueError):
    """The input cannot be assessed; the message is one line for the person who sent it."""


@dataclass(frozen=True, slots=True)
class LabelledCase:
    """One case with the id its sender gave it."""

    id: str
    answers: Answers


def read_cases(data: bytes, catalogue: Catalogue) -> list[LabelledCase]:
    """Every case in a UTF-8 JSON list. Raises CasesError at the first one that is wrong."""
    return [case for case, _, _ in read_rows(data, catalogue)]


def read_rows(data: bytes, catalogue: Catalogue) -> list[tuple[LabelledCase, dict[str, Any], str]]:
    """Every case with the object it was read from, and the words that name it in a refusal.

    Raises CasesError at the first one that is wrong.
    """
    if len(data) > MOST_BYTES:
        raise CasesError(f"input: larger than {MOST_BYTES // 1024 // 1024} MB")
    rows = _parsed(data)
    if not isinstance(rows, list):
        raise CasesError("input: must be a JSON list of cases")
    if len(rows) > MOST_CASES:
        raise CasesError(f"input: more than {MOST_CASES} cases")
    cases: list[tuple[LabelledCase, dict[str, Any], str]] = []
    seen: set[str] = set()
    for position, row in enumerate(rows, start=1):
        case = _case(row, position, catalogue)
        where = _name(case.id, position)
        if case.id in seen:
            raise CasesError(f"{where}: id: appears twice")
        seen.add(case.id)
        cases.append((case, row, where))
    return cases


def results(cases: list[LabelledCase], catalogue: Catalogue) -> str:
    """The assessments in the order of the cases, as indented JSON."""
    rows = [{"id": case.id, **assess(case.answers, catalogue).as_dict()} for case in cases]
    return json.dumps(rows, ensure_ascii=False, indent=2, allow_nan=False)


def _parsed(data: bytes) -> Any:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CasesError(f"input: not UTF-8 text (byte {error.start})") from None
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_unique_keys)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise CasesError(f"input: not valid JSON ({error.msg} at {where})") from None
    except RecursionError:
        raise CasesError("input: nested too deeply") from None
    except CasesError:
        raise
    except ValueError:  # an integer with thousands of digits
        raise CasesError("input: a number is too long") from None


def _no_constant(name: str) -> NoReturn:
    raise CasesError(f"input: {name} is not a JSON number")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            name = next((v for k, v in pairs if k == "id"), None)
            owner = f"case {quoted(name)}" if isinstance(name, str) else "input"
            raise CasesError(f"{owner}: key {quoted(key)} appears twice")
        found[key] = value
    return found


def _case(row: Any, position: int, catalogue: Catalogue) -> LabelledCase:
    if not isinstance(row, dict):
        raise CasesError(f"case {position}: must be an object")
    name = row.get("id")
    where = _name(name, position)
    try:
        return LabelledCase(_id(row), _answers(row, catalogue))
    except AnswersError as error:
        raise CasesError(f"{where}: {error}") from None


def _name(name: Any, position: int) -> str:
    return f"case {quoted(name)}" if isinstance(name, str) and name else f"case number {position}"


def quoted(text: object) -> str:
    """Short, on one line, and printable on any terminal."""
    shown = str(text)
    return ascii(shown[:57] + "..." if len(shown) > 60 else shown)


def _id(row: dict[str, Any]) -> str:
    if "id" not in row:
        raise AnswersError("id", "is missing")
    name = row["id"]
    if not isinstance(name, str) or not name.strip():
        raise AnswersError("id", "must be a text that is not empty")
    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in name):
        raise AnswersError("id", "holds half of a character (a lone surrogate)")
    return name


def _answers(row: dict[str, Any], catalogue: Catalogue) -> Answers:
    unknown = sorted(row.keys() - set(KEYS) - REMARKS)
    if unknown:
        raise AnswersError(quoted(unknown[0]), f"unknown field; the fields are {', '.join(KEYS)}")
    side = row.get("side")
    if side is not None and not isinstance(side, str):
        raise AnswersError("side", "must be left, right, bilateral or null")
    present = _codes(row, "signs_present", catalogue)
    absent = _codes(row, "signs_absent", catalogue)
    return Answers(present, absent, row.get("age"), side)


def _codes(row: dict[str, Any], field: str, catalogue: Catalogue) -> frozenset[str]:
    codes = row.get(field)
    if codes is None:
        return frozenset()
    if not isinstance(codes, list):
        raise AnswersError(field, "must be a list of sign codes")
    for code in codes:
        if not isinstance(code, str):
            raise AnswersError(field, f"{quoted(code)} is not a sign code (a text)")
        if code not in catalogue.signs:
            raise AnswersError(field, f"unknown sign {quoted(code)}")
    return frozenset(codes)
