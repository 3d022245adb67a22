"""Forms of the visit page: its notes, its answers, and its signature."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.actions import Answer
from cases.choices import Origin, Side
from cases.models import Visit
from cases.screening import Catalogue, load_catalogue
from clinic.forms import DateField, FootnoteForm, FootnoteModelForm

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


class NotesForm(FootnoteModelForm):
    """The written parts of a visit."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"form": "visit-form"}), min_value=1)
    seen_on = DateField(label=_("Date of visit"), not_future=True, earliest=date(1950, 1, 1))

    class Meta:
        model = Visit
        fields = ["kind", "seen_on", "pain_now", "history", "examination", "assessment", "plan"]
        widgets = {
            "pain_now": forms.NumberInput(attrs={"min": 0, "max": 10, "inputmode": "numeric"}),
            "history": forms.Textarea(attrs={"rows": 4}),
            "examination": forms.Textarea(attrs={"rows": 4}),
            "assessment": forms.Textarea(attrs={"rows": 3}),
            "plan": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "pain_now": _("0 is no pain, 10 the worst there could be."),
            "history": _("In the patient's own words where you can."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        for field in self.fields.values():
            field.widget.attrs["form"] = "visit-form"

    def clean_seen_on(self) -> Any:
        """A visit is never before the patient was born."""
        seen_on = self.cleaned_data["seen_on"]
        born = self.instance.case.patient.birth_date
        if born and seen_on < born:
            raise forms.ValidationError(_("The date of the visit is before the patient was born."))
        return seen_on


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


class SignForm(FootnoteForm):
    """The clinician's decision on the suggestion, and the signature."""

    AGREE, OTHER = "agree", "other"
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    decision = forms.ChoiceField(
        label=_("Do you agree with the suggested origin?"),
        choices=[(AGREE, _("Yes, I agree")), (OTHER, _("No, I decide otherwise"))],
        widget=forms.RadioSelect,
        initial=AGREE,
    )
    decided_origin = forms.ChoiceField(
        label=_("Origin as you decide it"), choices=[("", "—"), *Origin.choices], required=False
    )
    decision_reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when you decide otherwise. It is kept beside the suggestion."),
    )

    def clean(self) -> dict[str, Any]:
        """Deciding otherwise needs an origin and a reason."""
        data = super().clean() or self.cleaned_data
        if data.get("decision") == self.OTHER:
            if not data.get("decided_origin"):
                self.add_error("decided_origin", _("Choose the origin as you decide it."))
            if not data.get("decision_reason", "").strip():
                self.add_error("decision_reason", _("Give the reason for deciding otherwise."))
        return data


class VoidForm(FootnoteForm):
    """The reason for marking a visit as entered in error."""

    reason = forms.CharField(label=_("Why is this visit an error?"), max_length=500)
