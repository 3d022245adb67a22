"""What the forms of all kinds of treatment share: common fields, what is asked first, the layout."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, ClassVar, TypeVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from cases.choices import TreatmentKind
from cases.models import Treatment
from cases.treating import Planned, is_asked_of, load_form_checks
from cases.treatment_checks import planned
from clinic.forms import DateField, FootnoteModelForm, Segmented

LONGEST = timedelta(days=366)
EARLIEST_START = timedelta(days=2 * 366)
ASK = "ask_"
ANSWERS = [("yes", _("Yes")), ("no", _("No")), ("", _("Not asked"))]
Form = TypeVar("Form", bound="type[TreatmentForm]")


def text(label: Any, *, required: bool = False, length: int = 300, **extra: Any) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=length, **extra)


def lines(label: Any, *, required: bool = False, length: int = 1000, **extra: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, required=required, max_length=length, widget=widget, **extra)


def number(label: Any, low: int, high: int, *, required: bool = False, **extra: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(
        label=label, min_value=low, max_value=high, required=required, widget=widget, **extra
    )


def choice(
    label: Any, choices: list[tuple[str, Any]], *, required: bool = True, **extra: Any
) -> forms.ChoiceField:
    blank = [("", "—")] if required else [("", _("Not recorded"))]
    return forms.ChoiceField(label=label, choices=blank + choices, required=required, **extra)


def tick(label: Any, **extra: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=extra.pop("required", False), **extra)


def past_day(label: Any, **extra: Any) -> DateField:
    return DateField(label=label, required=False, not_future=True, **extra)


def columns(*names: Any) -> Div:
    """Return fields side by side where there is room."""
    return Div(*names, css_class="form-columns")


def asking(form: Form) -> Form:
    """Add to a form class the questions that checks.toml has for its kind."""
    for check in load_form_checks().questions(form.kind):
        form.base_fields[ASK + check.key] = forms.ChoiceField(
            label=_(check.question), choices=ANSWERS, required=False, widget=Segmented, initial=""
        )
    return form


class More(Div):
    """Fields that are rarely needed, folded away until one of them is filled or wrong."""

    template = "cases/_treatment_more.html"

    def __init__(self, *fields: Any, is_open: bool = False) -> None:
        super().__init__(*fields)
        self.is_open = is_open


class TreatmentForm(FootnoteModelForm):
    """What every treatment has. Subclasses add the fields of their kind.

    `activities` are what the patient finds hard, offered as goals. The reason for an override stands
    with the blocks, outside the layout.
    """

    kind: ClassVar[TreatmentKind]
    review_after_days: ClassVar[int] = 28
    # The layout: what is asked of the dose, and what is folded away.
    dose: ClassVar[Sequence[Any]] = ()
    rare: ClassVar[Sequence[Any]] = ()

    class Meta:
        model = Treatment
        fields = [
            "target",
            "region",
            "site",
            "side",
            "goal",
            "start_on",
            "planned_end_on",
            "review_on",
            "instructions",
            "consent_discussed",
            "leaflet_given",
        ]
        field_classes = dict.fromkeys(("start_on", "planned_end_on", "review_on"), DateField)
        widgets = {
            "instructions": forms.Textarea(attrs={"rows": 2}),
            "goal": forms.TextInput(attrs={"list": "goals", "autocomplete": "off"}),
        }
        help_texts = {
            "goal": _("What the patient wants to do again, for example one of their own activities."),
        }

    override_reason = lines(_("Reason for giving it in spite of this"))
    ask_none = tick(_("No to all that are still open"))

    def __init__(
        self, *args: Any, override_reason: str = "", activities: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.activities = activities
        self.initial["override_reason"] = override_reason
        self.questions = [name for name in self.fields if name.startswith(ASK) and name != "ask_none"]
        if not self.questions:
            del self.fields["ask_none"]
        known = {*TreatmentForm.Meta.fields, "override_reason", "ask_none", *self.questions}
        self.detail_names = [name for name in self.fields if name not in known]
        self._fill_in()

    def _fill_in(self) -> None:
        details = self.instance.details
        for name in self.detail_names:
            if name in details:
                self.initial[name] = details[name]
        for name in self.questions:
            self.initial[name] = details.get("asked", {}).get(name.removeprefix(ASK), "")
        start = self.instance.start_on
        if self.instance._state.adding and start and not self.instance.review_on:
            self.initial["review_on"] = start + timedelta(days=self.review_after_days)
        if "days" in self.fields:
            del self.fields["planned_end_on"]  # It follows from the days.

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        asked = [*self.questions, "ask_none"] if self.questions else []
        ask = [Fieldset(_("Ask first"), *asked, css_class="form-part ask-first")] if asked else []
        rare = [*self.rare, *self._common_rare()]
        helper.layout = Layout(
            Fieldset(
                _("For what, and where"),
                columns("target", "region"),
                columns("side", "site"),
                css_class="form-part",
            ),
            Fieldset(self._legend(), *self.dose, css_class="form-part"),
            *ask,
            "consent_discussed",
            More(*rare, is_open=self._is_wrong_in(rare)),
        )
        return helper

    def _legend(self) -> Any:
        return _("How")

    def _common_rare(self) -> list[Any]:
        ends = ["planned_end_on"] if "planned_end_on" in self.fields else []
        return ["goal", columns("start_on", *ends, "review_on"), "instructions", "leaflet_given"]

    def _is_wrong_in(self, parts: Sequence[Any]) -> bool:
        names = {name for part in parts for name in (part.fields if isinstance(part, Div) else [part])}
        return bool(self.is_bound and names & self.errors.keys())

    def clean(self) -> dict[str, Any]:
        """Dates follow each other; a tick for "no to the rest" answers what is open."""
        data = super().clean() or self.cleaned_data
        self._check_dates(data.get("start_on"), data.get("planned_end_on"), data.get("review_on"))
        self._answer_the_rest(data)
        return data

    def _check_dates(self, start: date | None, end: date | None, review: date | None) -> None:
        if start is None:
            return
        seen_on = self.instance.visit.seen_on
        if not seen_on - EARLIEST_START <= start <= seen_on + LONGEST:
            self.add_error("start_on", _("The start is too far from the visit. Check the year."))
        for name, day, before, late in (
            (
                "planned_end_on",
                end,
                _("The planned end is before the start."),
                _("The planned end is more than a year after the start."),
            ),
            (
                "review_on",
                review,
                _("The review is before the start."),
                _("The review is more than a year after the start."),
            ),
        ):
            if day and day < start:
                self.add_error(name, before)
            elif day and day > start + LONGEST:
                self.add_error(name, late)

    def _answer_the_rest(self, data: dict[str, Any]) -> None:
        if data.pop("ask_none", False):
            for name in self.questions:
                data[name] = data.get(name) or "no"

    def values(self) -> dict[str, Any]:
        """Return the cleaned fields as the action takes them, dates in details as text."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "ask_none"}
        data["details"] = self._details(data)
        if "planned_end_on" not in self.fields:
            data["planned_end_on"] = self._end(data)
        return data

    def _details(self, data: dict[str, Any]) -> dict[str, Any]:
        details = {name: data.pop(name, None) for name in self.detail_names}
        asked = {name.removeprefix(ASK): data.pop(name, "") for name in self.questions}
        kept = {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in details.items()
            if value not in (None, "", []) and not (value is False and self._is_tick(name))
        }
        said = {name: answer for name, answer in asked.items() if answer}
        return kept | ({"asked": said} if said else {})

    def _is_tick(self, name: str) -> bool:
        return isinstance(self.fields.get(name), forms.BooleanField)

    def _end(self, data: dict[str, Any]) -> date | None:
        start, days = data.get("start_on"), self.cleaned_data.get("days")
        return start + timedelta(days=days - 1) if start and days else None

    def plan(self) -> Planned:
        """Return the treatment as the form now stands, typed wrongly or not yet: for its checks."""
        if self.is_bound:
            self.is_valid()  # Cleans it once: what was said of the form since stays.
            values = {name: self.cleaned_data.get(name) for name in self.fields}
        else:
            values = {name: self.get_initial_for_field(self.fields[name], name) for name in self.fields}
        return planned(self.kind, values | {"details": self._details(dict(values))})

    @property
    def unasked(self) -> list[Any]:
        """The questions that nobody has answered yet, and that this form of the treatment asks."""
        plan = self.plan()
        checks = load_form_checks().questions(self.kind)
        return [one.question for one in checks if one.key not in plan.asked and is_asked_of(plan, one)]

    def _post_clean(self) -> None:
        """Leave the instance alone: the action sets and checks it."""
