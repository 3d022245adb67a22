"""Reading the answers to signs as the visit page posts them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cases.actions import Answer
from cases.choices import Side
from cases.measures import NORMAL_POWER, SIDES, TESTS
from cases.models import Visit
from cases.screening import Catalogue, load_catalogue
from clinic.forms import DateField

YES, NO, NOT_ASKED = "yes", "no", ""
ANSWERS = [(YES, _("Yes")), (NO, _("No")), (NOT_ASKED, _("Not asked"))]
MRC_GRADES = [
    ("", _("Power not graded")),
    ("5", _("5 – normal power")),
    ("4", _("4 – moves against some resistance")),
    ("3", _("3 – moves against gravity only")),
    ("2", _("2 – moves with gravity eliminated")),
    ("1", _("1 – flicker")),
    ("0", _("0 – no movement")),
]
WITHOUT_SIDE = "unsided"
ANSWER = "-answer"
_NUMBER = ("invalid", "min_value", "max_value")


class AnswerForm(forms.Form):
    """The answer to one sign, with what was measured.

    The prefix is the sign's code, and in the tables its code and side: `ehl_weak-left`. The onset is
    neither before the patient was born nor after the visit.
    """

    answer = forms.ChoiceField(choices=ANSWERS, required=False)
    side = forms.ChoiceField(choices=[("", _("Side")), *Side.choices], required=False)
    mrc_grade = forms.TypedChoiceField(choices=MRC_GRADES, coerce=int, empty_value=None, required=False)
    degrees = forms.IntegerField(
        min_value=-90,
        max_value=180,
        required=False,
        error_messages=dict.fromkeys(_NUMBER, _("Degrees are a whole number from −90 to 180.")),
    )
    millimetres = forms.IntegerField(
        min_value=0,
        max_value=200,
        required=False,
        error_messages=dict.fromkeys(_NUMBER, _("Millimetres are a whole number from 0 to 200.")),
    )
    level = forms.CharField(max_length=60, required=False)
    onset_on = DateField(not_future=True, required=False)
    note = forms.CharField(max_length=500, required=False)

    def __init__(self, data: QueryDict, *, prefix: str, visit: Visit) -> None:
        super().__init__(data, prefix=prefix)
        self.visit = visit

    def clean_onset_on(self) -> Any:
        """Nothing begins before the patient was born, or after the visit that recorded it."""
        onset = self.cleaned_data["onset_on"]
        if onset is None:
            return None
        born = self.visit.case.patient.birth_date
        if born and onset < born:
            raise forms.ValidationError(_("This date is before the patient was born."))
        if onset > self.visit.seen_on:
            raise forms.ValidationError(_("This date is after the visit."))
        return onset

    def results(self, default_side: str) -> list[Answer]:
        """Return the cleaned answer, or nothing when the sign was not asked."""
        data = dict(self.cleaned_data)
        answer = data.pop("answer")
        if answer == NOT_ASKED:
            return []
        if answer == NO:
            return [Answer(present=False, side=data["side"], note=data["note"])]
        data["side"] = data["side"] or default_side
        return [Answer(present=True, **data)]


class CellForm(AnswerForm):
    """One cell of a table: a test on one side. Angles decide only where a source gives the limit."""

    def clean(self) -> dict[str, Any]:
        """An angle needs its answer, and normal power is not weak."""
        data = super().clean() or self.cleaned_data
        answer, degrees = data.get("answer"), data.get("degrees")
        code = str(self.prefix).partition("-")[0]
        no, yes = TESTS[code].words
        if answer == NOT_ASKED and degrees is not None:
            limit = TESTS[code].limit
            if limit is None:
                words = {"no": no, "yes": yes}
                raise forms.ValidationError(_("Choose “%(no)s” or “%(yes)s” as well.") % words)
            data["answer"] = YES if limit.is_limited(degrees) else NO
        if answer == YES and data.get("mrc_grade") == NORMAL_POWER:
            raise forms.ValidationError(_("MRC 5 is normal power: choose “Normal”, or a lower grade."))
        return data

    def results(self, default_side: str) -> list[Answer]:
        """Return the cell's answer on `default_side`; normal power is MRC 5."""
        data = self.cleaned_data
        if data["answer"] == NOT_ASKED:
            return []
        answer = Answer(present=data["answer"] == YES, side=default_side, degrees=data["degrees"])
        code = str(self.prefix).partition("-")[0]
        if answer.present:
            return [replace(answer, mrc_grade=data["mrc_grade"], onset_on=data["onset_on"])]
        return [replace(answer, mrc_grade=NORMAL_POWER if is_graded(code) else None)]


class UnreadableAnswers(Exception):
    """Some posted answers cannot be read.

    `errors` maps a sign's label to what is wrong, `signs` its code where the catalogue has it.
    """

    def __init__(self, errors: dict[str, str], signs: Mapping[str, str] | None = None) -> None:
        super().__init__("answers cannot be read")
        self.errors = errors
        self.signs = signs or {}


def read_answers(data: QueryDict, visit: Visit) -> dict[str, list[Answer]]:
    """Return the answers posted for any number of signs, by sign code.

    Only signs whose answer was posted are in the result: the others stay as they are. A sign of one
    side takes the case's side when none was chosen; the tests of the tables are posted with both
    their sides. Raises UnreadableAnswers.
    """
    catalogue = load_catalogue()
    answers: dict[str, list[Answer]] = {}
    errors: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for code, sides in _posted(data).items():
        if code not in catalogue.signs or not _has_sides(code, sides):
            errors[code[:60]] = _now("This sign is not in the catalogue.")
            continue
        try:
            answers[code] = _read(data, code, sides, visit)
        except forms.ValidationError as error:
            wrong[code] = errors[catalogue.signs[code].label] = " ".join(error.messages)
    if errors:
        raise UnreadableAnswers(errors, wrong)
    return answers


def _posted(data: QueryDict) -> dict[str, set[str]]:
    """The signs answered, with the sides that have a cell of their own; "" is the whole sign."""
    posted: dict[str, set[str]] = {}
    for name in data:
        if name.endswith(ANSWER):
            code, _dash, side = name.removesuffix(ANSWER).partition("-")
            posted.setdefault(code, set()).add(side)
    return posted


def _has_sides(code: str, sides: Iterable[str]) -> bool:
    known = {"", *SIDES, WITHOUT_SIDE} if code in TESTS else {""}
    return known.issuperset(sides)


def _read(data: QueryDict, code: str, sides: set[str], visit: Visit) -> list[Answer]:
    """The answers to one sign. Raises ValidationError."""
    if sides == {""}:
        form = AnswerForm(data, prefix=code, visit=visit)
        return _cleaned(form).results(visit.case.side if takes_side(load_catalogue(), code) else "")
    given = [answer for side in SIDES if side in sides for answer in _cell(data, code, side, visit)]
    if not given and data.get(f"{code}-{WITHOUT_SIDE}{ANSWER}") == YES:
        given = [Answer(present=True)]
    return _with_note(given, _cleaned(AnswerForm(data, prefix=code, visit=visit)).cleaned_data["note"])


def _cell(data: QueryDict, code: str, side: Side, visit: Visit) -> list[Answer]:
    """The answer of one cell. Raises ValidationError, which names the side."""
    try:
        return _cleaned(CellForm(data, prefix=f"{code}-{side.value}", visit=visit)).results(side.value)
    except forms.ValidationError as error:
        raise forms.ValidationError(f"{side.label}: {' '.join(error.messages)}") from None


def _cleaned(form: AnswerForm) -> AnswerForm:
    if not form.is_valid():
        raise forms.ValidationError([error for errors in form.errors.values() for error in errors])
    return form


def _with_note(given: list[Answer], note: str) -> list[Answer]:
    """The note of a row stands with what was found, once."""
    if not given or not note:
        return given
    found = next((one for one in given if one.present), given[0])
    return [replace(one, note=note) if one is found else one for one in given]


def takes_side(catalogue: Catalogue, code: str) -> bool:
    """Return whether the sign is found on a side."""
    return catalogue.signs[code].side == "side"


def is_graded(code: str) -> bool:
    """Return whether the sign is a power graded 0 to 5."""
    return load_catalogue().signs[code].measure == "mrc"
