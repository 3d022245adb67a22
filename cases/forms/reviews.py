"""Forms of what came of a treatment, of stopping it, and of the next date of review."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.choices import Response, StopReason
from cases.courses import EARLY, Course
from cases.models import TreatmentReview
from clinic.calendar import today_in
from clinic.forms import DateField, FootnoteForm, Segmented

DAYS_A_WEEK = 7
STOP_WORDS = 140


def times_a_week(course: Course) -> int | None:
    """Return how often a week the newest prescription asks for, where it says so."""
    details = course.newest.details
    weekly, daily = details.get("times_a_week"), details.get("times_a_day")
    if isinstance(weekly, int):
        return weekly
    return daily * DAYS_A_WEEK if isinstance(daily, int) else None


class ReviewForm(FootnoteForm):
    """Better, the same or worse, and what goes with it."""

    response = forms.ChoiceField(label=_("Since it began"), choices=Response.choices, widget=Segmented)
    reviewed_on = DateField(label=_("Asked on"), not_future=True)
    pain_after = forms.IntegerField(label=_("Pain now, 0 to 10"), min_value=0, max_value=10, required=False)
    done = forms.IntegerField(
        label=_("Times done in the last week"), min_value=0, max_value=200, required=False
    )
    prescribed = forms.IntegerField(
        label=_("Times it was prescribed, a week"), min_value=1, max_value=200, required=False
    )
    adverse_event = forms.CharField(
        label=_("Adverse event"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Anything that it did harm to: skin, falls, more pain."),
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
    review_on = DateField(label=_("Ask again on"), required=False)

    def __init__(
        self, *args: Any, course: Course, given: TreatmentReview | None = None, is_at_visit: bool = False,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        today = today_in(course.newest.case.clinic)
        due = course.due_on
        initial = {
            "reviewed_on": today,
            "prescribed": times_a_week(course),
            # A date that this review keeps is not the next one.
            "review_on": due if due and due > today + EARLY else None,
        }
        if given:
            names = ("response", "pain_after", "done", "adverse_event", "note")
            initial |= {name: getattr(given, name) for name in names}
            initial["prescribed"] = given.prescribed or initial["prescribed"]
        super().__init__(*args, initial=initial, **kwargs)
        self.course = course
        if is_at_visit:
            del self.fields["reviewed_on"]
            choices = [*Response.choices, ("", _("Not asked"))]
            self.fields["response"] = forms.ChoiceField(
                label=_("Since it began"), choices=choices, widget=Segmented, required=False
            )

    def clean(self) -> dict[str, Any]:
        """What goes with an answer needs the answer; a number of times needs to have been asked."""
        data = super().clean() or self.cleaned_data
        beside = ("pain_after", "done", "adverse_event", "note")
        said = any(data.get(name) not in (None, "") for name in beside)
        if said and not data.get("response") and "response" not in self.errors:
            self.add_error("response", _("Say first whether it is better, the same or worse."))
        if data.get("done") is None:
            data["prescribed"] = None
        # A date that nobody touched stays as it is, also where it is past.
        if "review_on" not in self.changed_data:
            data["review_on"] = ...
        return data


class StopForm(FootnoteForm):
    """Why a treatment stops, and since when."""

    why = forms.ChoiceField(label=_("Why"), choices=[("", "—"), *StopReason.choices])
    words = forms.CharField(
        label=_("In your own words"),
        max_length=STOP_WORDS,
        required=False,
        help_text=_("Needed for “Another reason”. The letter tells it."),
    )
    stopped_on = DateField(label=_("Stopped on"), not_future=True)

    def __init__(self, *args: Any, course: Course, on: date | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"stopped_on": on or today_in(course.newest.case.clinic)})
        super().__init__(*args, **kwargs)
        self.course = course

    def clean(self) -> dict[str, Any]:
        """Another reason is told; nothing stops before it began."""
        data = super().clean() or self.cleaned_data
        words = data.get("words", "").strip()
        if data.get("why") == StopReason.OTHER and not words and "words" not in self.errors:
            self.add_error("words", _("Say why it stops."))
        stopped_on = data.get("stopped_on")
        if stopped_on and stopped_on < self.course.newest.start_on:
            self.add_error("stopped_on", _("The treatment had not begun then."))
        return data

    @property
    def reason(self) -> str:
        """The reason as the record keeps it."""
        why, words = self.cleaned_data["why"], self.cleaned_data["words"].strip()
        if why == StopReason.OTHER:
            return str(words)
        label = str(StopReason(why).label)
        return f"{label}: {words}" if words else label


class MoveReviewForm(FootnoteForm):
    """When a treatment is asked about next; empty for no date."""

    review_on = DateField(label=_("Ask again on"), required=False)

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "move_%s")
        kwargs.setdefault("initial", {"review_on": course.review_on})
        super().__init__(*args, **kwargs)
