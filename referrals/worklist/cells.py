"""The rows of the list as HTML. In Python: as templates they took two thirds of the page's time.

What a row says is escaped here, with the standard library's `escape`: Django's own, called for each
cell of each row, took longer than the query.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cases.templatetags.patients import person
from clinic.templatetags.footnote import display, when
from referrals.worklist.finding import Row

# Stands for the id of any row in what is drawn once for all of them.
ANY = UUID(int=0)
_OOB = ' hx-swap-oob="true"'


def state_cell(row: Row, *, oob: str = "") -> str:
    """Return where a referral is, and since when there has been one, as HTML."""
    referral = row.referral
    state = display(referral, "state")
    if referral.escalated_at:
        state = _("Escalated, %s") % state
    return (
        f'<span class="worklist-at" id="at-{referral.pk}"{oob}>'
        f'<span class="state{" state-late" if referral.escalated_at else ""}">{escape(state)}</span><br>'
        f'<span class="small soft">{escape(_("Begun %s") % when(referral.created_at))}</span></span>'
    )


def next_cell(row: Row, *, moved_to: str = "", oob: str = "") -> str:
    """Return what is next, by when and in whose hands, as HTML; of one that left the list, where it went."""
    moved = f"<strong>{escape(_('Now in: %s') % moved_to)}</strong><br>" if moved_to else ""
    due = _due(row) if row.referral.is_open else ""
    return f'<span class="worklist-next" id="next-{row.referral.pk}"{oob}>{moved}{due}</span>'


def _due(row: Row) -> str:
    due = when(row.referral.next_action_on)
    is_late = row.referral.is_overdue
    return (
        f'{escape(row.referral.next_action)}<br><span class="small {"late" if is_late else "soft"}">'
        f"{escape(_('Overdue: %s') % due if is_late else due)}</span><br>"
        f'<span class="small soft">{escape(row.owner)}</span>'
    )


def changed_cells(row: Row, moved_to: str) -> SafeString:
    """Return the cells that a step changes, for htmx to put in the place of the old ones."""
    return mark_safe(state_cell(row, oob=_OOB) + next_cell(row, moved_to=moved_to, oob=_OOB))  # noqa: S308 - escaped


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
        self.path = escape(f"{path}?{self.query}&place=" if self.query else f"{path}?place=")
        self.labels = {name: escape(label) for name, label in self.labels.items()}
        self.drawn: dict[str, str] = {}

    def html(self, row: Row, place: int) -> str:
        """Return the row of a referral, which stands at `place` of the whole list."""
        who, labels, referral = escape(person(row.patient)), self.labels, row.referral
        to = row.specialist or display(referral, "destination")
        return (
            f"<tr>{self._tick(row, who) if self.may_assign else ''}"
            f'<th scope="row"><a class="row-link" href="{self._of(row, self.path)}{place}">{who}</a></th>'
            f'<td data-label="{labels["urgency"]}"><span class="urgency urgency-{escape(referral.urgency)}">'
            f"{escape(in_short(display(referral, 'urgency')))}</span></td>"
            f'<td data-label="{labels["specialist"]}">{escape(to)}</td>'
            f'<td class="worklist-at-cell" data-label="{labels["age"]}">{state_cell(row)}</td>'
            f'<td class="worklist-next-cell" data-label="{labels["due"]}">{next_cell(row)}</td>'
            f"{self._steps(row) if self.may_track else ''}</tr>\n"
        )

    def _of(self, row: Row, html: str) -> str:
        return html.replace(str(ANY), str(row.referral.pk))

    def _tick(self, row: Row, who: str) -> str:
        pk = str(row.referral.pk)
        return (
            '<td class="tick"><label><input class="form-check-input" type="checkbox" form="bulk" '
            f'name="referral" value="{pk}" autocomplete="off"{" checked" if pk in self.ticked else ""}>'
            f'<span class="visually-hidden">{escape(_("Choose %s")) % who}</span></label></td>'
        )

    def _steps(self, row: Row) -> str:
        """What can be done depends on the state alone, and is drawn once for each."""
        state = row.referral.state
        if state not in self.drawn:
            self.drawn[state] = self.steps(state)
        return f'<td class="worklist-step screen-only">{self._of(row, self.drawn[state])}</td>'


def options(choices: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    """Return the options of a drop-down list."""
    mark = {chosen: " selected"}
    rows = (
        f'<option value="{escape(value)}"{mark.get(value, "")}>{escape(str(label))}</option>'
        for value, label in choices
    )
    return mark_safe("".join(rows))  # noqa: S308 - escaped


def in_short(words: str) -> str:
    """Return "Urgent" for "Urgent, within 2 weeks": what has room in a list."""
    return words.split(",")[0]
