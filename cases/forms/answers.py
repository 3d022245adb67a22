"""Reading the answers to signs as the visit page posts them."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.actions import Answer
from cases.choices import Side
from cases.screening import Catalogue, load_catalogue

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


class AnswerForm(forms.Form):
    """The answer to one sign, with what was measured. The prefix is the sign's code."""

    answer = forms.ChoiceField(choices=ANSWERS, required=False)
    side = forms.ChoiceField(choices=[("", _("Side")), *Side.choices], required=False)
    mrc_grade = forms.TypedChoiceField(choices=MRC_GRADES, coerce=int, empty_value=None, required=False)
    degrees = forms.IntegerField(min_value=-90, max_value=180, required=False)
    millimetres = forms.IntegerField(min_value=0, max_value=200, required=False)
    level = forms.CharField(max_length=60, required=False)
    note = forms.CharField(max_length=500, required=False)

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


class UnreadableAnswers(Exception):
    """Some posted answers cannot be read; `errors` maps a sign's label to what is wrong."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("answers cannot be read")
        self.errors = errors


def read_answers(data: QueryDict, side: str) -> dict[str, list[Answer]]:
    """Return the answers posted for any number of signs, by sign code.

    Only signs whose answer was posted are in the result: the others stay as they are. `side` is
    the case's side, taken for a sign of one side when none was chosen. Raises UnreadableAnswers.
    """
    catalogue = load_catalogue()
    answers: dict[str, list[Answer]] = {}
    errors: dict[str, str] = {}
    for name in data:
        code, separator, field = name.rpartition("-")
        if not separator or field != "answer":
            continue
        if code not in catalogue.signs:
            errors[code[:60]] = str(_("This sign is not in the catalogue."))
            continue
        form = AnswerForm(data, prefix=code)
        if form.is_valid():
            answers[code] = form.results(side if takes_side(catalogue, code) else "")
        else:
            messages = [str(error) for errors_ in form.errors.values() for error in errors_]
            errors[catalogue.signs[code].label] = " ".join(messages)
    if errors:
        raise UnreadableAnswers(errors)
    return answers


def takes_side(catalogue: Catalogue, code: str) -> bool:
    """Return whether the sign is found on a side."""
    return catalogue.signs[code].side == "side"
