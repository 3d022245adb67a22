"""The rows of the list as HTML. In Python: as templates they took two thirds of the page's time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cases.templatetags.patients import person
from clinic.templatetags.footnote import display, when
from referrals.models import Referral

# Stands for the id of any row in what is drawn once for all of them.
ANY = UUID(int=0)
_OOB = mark_safe(' hx-swap-oob="true"')
_NOTHING = mark_safe("")


def state_cell(referral: Referral, *, is_oob: bool = False) -> SafeString:
    """Where a referral is, and since when there has been one."""
    state = display(referral, "state")
    if referral.escalated_at:
        state = _("Escalated, %s") % state
    return format_html(
        '<span class="worklist-at" id="at-{}"{}><span class="state{}">{}</span><br>'
        '<span class="small soft">{}</span></span>',
        referral.pk,
        _OOB if is_oob else "",
        " state-late" if referral.escalated_at else "",
        state,
        _("Begun %s") % when(referral.created_at),
    )


def next_cell(referral: Referral, *, moved_to: str = "", is_oob: bool = False) -> SafeString:
    """What is next, by when and in whose hands; of one that left the list, where it went."""
    moved = format_html("<strong>{}</strong><br>", _("Now in: %s") % moved_to) if moved_to else _NOTHING
    return format_html(
        '<span class="worklist-next" id="next-{}"{}>{}{}</span>',
        referral.pk,
        _OOB if is_oob else "",
        moved,
        _due(referral) if referral.is_open else "",
    )


def _due(referral: Referral) -> SafeString:
    due = when(referral.next_action_on)
    is_late = referral.is_overdue
    return format_html(
        '{}<br><span class="small {}">{}</span><br><span class="small soft">{}</span>',
        referral.next_action,
        "late" if is_late else "soft",
        _("Overdue: %s") % due if is_late else due,
        referral.owner.name if referral.owner else "",
    )


@dataclass
class Rows:
    """What all rows of a page have in common. `steps` draws what can be done with a row in a state."""

    query: str
    labels: dict[str, str]
    ticked: set[str]
    may_assign: bool
    may_track: bool
    steps: Callable[[str], str]

    def __post_init__(self) -> None:
        path = reverse("referrals:show_referral", args=[ANY])
        self.path = f"{path}?{self.query}&place=" if self.query else f"{path}?place="
        self.drawn: dict[str, str] = {}

    def html(self, referral: Referral, place: int) -> SafeString:
        """Return the row of a referral, which stands at `place` of the whole list."""
        who, labels = person(referral.case.patient), self.labels
        specialist = referral.specialist
        return format_html(
            '<tr>{}<th scope="row"><a class="row-link" href="{}">{}</a></th>'
            '<td data-label="{}"><span class="urgency urgency-{}">{}</span></td>'
            '<td data-label="{}">{}</td><td class="worklist-at-cell" data-label="{}">{}</td>'
            '<td class="worklist-next-cell" data-label="{}">{}</td>{}</tr>\n',
            self._tick(referral, who) if self.may_assign else "",
            f"{self.path}{place}".replace(str(ANY), str(referral.pk)),
            who,
            labels["urgency"],
            referral.urgency,
            in_short(display(referral, "urgency")),
            labels["specialist"],
            specialist.name if specialist else display(referral, "destination"),
            labels["age"],
            state_cell(referral),
            labels["due"],
            next_cell(referral),
            self._steps(referral) if self.may_track else "",
        )

    def _tick(self, referral: Referral, who: str) -> SafeString:
        return format_html(
            '<td class="tick"><label><input class="form-check-input" type="checkbox" form="bulk" '
            'name="referral" value="{}" autocomplete="off"{}>'
            '<span class="visually-hidden">{}</span></label></td>',
            referral.pk,
            " checked" if str(referral.pk) in self.ticked else "",
            _("Choose %s") % who,
        )

    def _steps(self, referral: Referral) -> SafeString:
        """What can be done depends on the state alone, and is drawn once for each."""
        if referral.state not in self.drawn:
            self.drawn[referral.state] = self.steps(referral.state)
        drawn = self.drawn[referral.state].replace(str(ANY), str(referral.pk))
        return mark_safe(f'<td class="worklist-step screen-only">{drawn}</td>')  # noqa: S308 - of a template


def options(choices: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    """Return the options of a drop-down list."""
    rows = ((value, mark_safe(" selected") if value == chosen else "", label) for value, label in choices)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


def in_short(words: str) -> str:
    """Return "Urgent" for "Urgent, within 2 weeks": what has room in a list."""
    return words.split(",")[0]
