"""Who looked at which records, and who may: what an auditor reviews.

The log of reads has a row for every page that showed a patient (`clinic.audit`); this counts its rows and
names no patient.
"""

from collections.abc import Mapping, Sequence

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic.models import Role
from clinic.reports.content import Cell, Columns, Figure, Measure, Page, Section, Series, Table, Unit
from clinic.reports.report import (
    PERIOD,
    Count,
    Listed,
    Part,
    PersonPart,
    Population,
    Report,
    Row,
    fetch,
    register,
)
from clinic.reports.scope import Scope
from clinic.reports.words import month_in_words

# Before 7 and from 20 o'clock somebody has to have a reason to be in the records.
OPENS, SHUTS = 7, 20
UNUSED_DAYS = 90
_LOCAL = "(f.at AT TIME ZONE %(zone)s)"
_OUTSIDE = f"""(extract(hour FROM {_LOCAL}) < {OPENS} OR extract(hour FROM {_LOCAL}) >= {SHUTS}
    OR NOT (extract(isodow FROM {_LOCAL})::int - 1) = ANY(c.working_days))"""


def page_in_words(action: str) -> str:
    """Return "Show patient" for cases:show_patient, and "Admin: visits" for admin:cases_visit_changelist."""
    space, _colon, name = action.rpartition(":")
    app, _dash, rest = name.partition("_")
    model, _dash, kind = rest.partition("_")
    said = apps.all_models.get(app, {}).get(model)
    if space != "admin" or said is None:
        return name.replace("_", " ").capitalize()
    what = said._meta.verbose_name_plural if kind == "changelist" else said._meta.verbose_name
    more = "" if kind in ("changelist", "change") else f", {kind}"
    return _("Admin: %(what)s") % {"what": f"{what}{more}"}


LOOKS = Population(
    source="clinic_accesslog f JOIN clinic_clinic c ON c.id = f.clinic_id"
    " JOIN clinic_user u ON u.id = f.user_id",
    columns=[
        Listed(gettext_lazy("Row of the log"), "f.number"),
        Listed(gettext_lazy("When"), "f.at"),
        Listed(gettext_lazy("Who"), "u.name"),
        Listed(gettext_lazy("Page"), "f.action"),
        Listed(gettext_lazy("Patients on it"), "cardinality(f.patients)"),
    ],
    patient="NULL",
    order="f.number DESC",
    moment="f.at",
)


ALL = Count(
    "pages",
    gettext_lazy("Pages shown"),
    gettext_lazy(
        "Pages and files that showed at least one patient to somebody. A search that found nobody is not"
        " counted; opening the same record again is."
    ),
    LOOKS,
)
OUTSIDE = Count(
    "outside",
    gettext_lazy("Outside hours"),
    gettext_lazy(
        "Of these, those before 7:00, from 20:00 on, or on a day of the week on which the clinic is not"
        " open, by the clinic’s own clock."
    ),
    LOOKS,
    _OUTSIDE,
)
MANY = Count(
    "files",
    gettext_lazy("Files and lists of more than 50"),
    gettext_lazy("Of these, those with more than 50 patients at once: lists saved as files, print runs."),
    LOOKS,
    "cardinality(f.patients) > 50",
)
COUNTS = (ALL, OUTSIDE, MANY)

# What `grouping` says of each set: a bit is set for what is not grouped by.
BY_PERSON, BY_PAGE, BY_MONTH, TOGETHER = LEVELS = 0b011, 0b101, 0b110, 0b111

_PEOPLE = """
    SELECT u.id::text AS person, u.name, m.role, m.is_active AND u.is_active AS is_active, u.last_login,
        EXISTS (SELECT FROM mfa_authenticator a WHERE a.user_id = u.id AND a.type <> 'recovery_codes')
            AS has_second_factor,
        (SELECT count(*) FROM clinic_membershipevent e WHERE e.pgh_obj_id = m.id
            AND e.pgh_created_at >= %(begins)s AND e.pgh_created_at < %(ends)s) AS changes
    FROM clinic_membership m JOIN clinic_user u ON u.id = m.user_id
    WHERE m.clinic_id = %(clinic)s
    ORDER BY 4 DESC, u.name, u.id
"""


@register
class AccessReview(Report):
    """Who looked at what, outside which hours, and whose access is not needed any more."""

    slug = "access-review"
    place = 8
    title = gettext_lazy("Access review")
    question = gettext_lazy("Who looked at patients’ records, and does everybody still need their access?")
    filters = (PERIOD,)

    def counts(self) -> Sequence[Count]:
        return COUNTS

    def parts(self) -> Mapping[str, Part]:
        return {
            "person": PersonPart("f.user_id::text"),
            "page": Part("f.action", page_in_words),
            "month": Part(f"to_char({_LOCAL}, 'YYYY-MM')", month_in_words),
        }

    def page(self, scope: Scope) -> Page:
        rows = _counted(scope)
        people = fetch(_PEOPLE, scope)
        by = {
            level: [row for row in rows if row["level"] == level] for level in (BY_PERSON, BY_PAGE, BY_MONTH)
        }
        (all_of_it,) = [row for row in rows if row["level"] == TOGETHER]
        unused = [row for row in people if row["is_active"] and _is_unused(row, scope)]
        return Page(
            headline=_headline(all_of_it["pages"], len(by[BY_PERSON]), len(unused)),
            figures=_figures(all_of_it, by[BY_PERSON], people, unused),
            sections=[
                _people(people, {row["person"]: row for row in by[BY_PERSON]}, scope),
                _months(by[BY_MONTH]),
                _pages(by[BY_PAGE]),
            ],
            measures=[*(one.measure for one in COUNTS), *_measures()],
        )


def _counted(scope: Scope) -> list[Row]:
    """Return the counts of each person, page and month, and of all together, told apart by `level`."""
    return fetch(
        f"""
        SELECT grouping(f.user_id, f.action, month) AS level, f.user_id::text AS person, f.action, month,
            {", ".join(one.sql for one in COUNTS)}, sum(cardinality(f.patients)) AS patients
        FROM {LOOKS.source}, LATERAL (SELECT to_char({_LOCAL}, 'YYYY-MM') AS month) m
        WHERE {LOOKS.where(scope)}
        GROUP BY GROUPING SETS ((), (f.user_id), (f.action), (month))
        ORDER BY level, month, pages DESC, f.action
        """,  # noqa: S608 - of ours
        scope,
    )


def _is_unused(row: Row, scope: Scope) -> bool:
    return row["last_login"] is None or (scope.today - row["last_login"].date()).days > UNUSED_DAYS


def _headline(pages: int, people: int, unused: int) -> str:
    said = ngettext(
        "%(people)d person was shown patients on %(pages)s pages.",
        "%(people)d people were shown patients on %(pages)s pages.",
        people,
    ) % {"people": people, "pages": f"{pages:,}"}
    if not pages:
        said = _("Nobody was shown a patient in this period.")
    if not unused:
        return said
    more = ngettext(
        "%(count)d person may still sign in and has not for 90 days.",
        "%(count)d people may still sign in and have not for 90 days.",
        unused,
    ) % {"count": unused}
    return f"{said} {more}"


def _figures(
    together: Row, by_person: Sequence[Row], people: Sequence[Row], unused: Sequence[Row]
) -> list[Figure]:
    pages = together["pages"]
    active = [row for row in people if row["is_active"]]
    return [
        Figure(str(ALL.label), pages, shown=ALL.shown()),
        Figure(str(OUTSIDE.label), together["outside"], of=pages, shown=OUTSIDE.shown()),
        Figure(str(MANY.label), together["files"], of=pages, shown=MANY.shown()),
        Figure(_("People who looked"), len(by_person)),
        Figure(
            _("Without a second factor"), sum(not row["has_second_factor"] for row in active), of=len(active)
        ),
        Figure(_("Not signed in for 90 days"), len(unused), of=len(active)),
    ]


def _people(people: Sequence[Row], looked: Mapping[str, Row], scope: Scope) -> Section:
    rows = []
    for person in people:
        row = looked.get(person["person"], {})
        narrow = {"part": "person", "of": person["person"]}
        rows.append(
            [
                person["name"],
                str(Role(person["role"]).label),
                _("yes") if person["is_active"] else _("ended"),
                _("yes") if person["has_second_factor"] else _("no"),
                Cell(person["last_login"].date() if person["last_login"] else _("never"), Unit.TEXT),
                Cell(row.get("pages", 0), shown=ALL.shown(**narrow)),
                Cell(row.get("outside", 0), shown=OUTSIDE.shown(**narrow)),
                Cell(row.get("files", 0), shown=MANY.shown(**narrow)),
                person["changes"],
            ]
        )
    heads = [
        _("Person"), _("Role"), _("Access"), _("Second factor"), _("Last signed in"), _("Pages shown"),
        _("Outside hours"), _("More than 50 patients"), _("Changes of access"),
    ]  # fmt: skip
    return Section(
        _("People"),
        says=_("Everybody who has or had access to this clinic. End under Memberships what is not needed."),
        table=Table(heads, rows),
    )


def _months(rows: Sequence[Row]) -> Section:
    inside = Series(_("In hours"), [row["pages"] - row["outside"] for row in rows], "accent")
    outside = Series(_("Outside hours"), [row["outside"] for row in rows], "urgent")
    chart = Columns(
        _("Pages shown by month"), [month_in_words(row["month"]) for row in rows], [inside, outside]
    )
    table = Table(
        [_("Month"), _("Pages shown"), _("Outside hours")],
        [
            [
                month_in_words(row["month"]),
                Cell(row["pages"], shown=ALL.shown(part="month", of=row["month"])),
                Cell(row["outside"], shown=OUTSIDE.shown(part="month", of=row["month"])),
            ]
            for row in rows
        ],
    )
    return Section(
        _("Over time"), chart=chart, table=table, empty=_("Nobody was shown a patient in this period.")
    )


def _pages(rows: Sequence[Row]) -> Section:
    table = Table(
        [_("Page"), _("Pages shown"), _("Outside hours"), _("Patients on them")],
        [
            [
                page_in_words(row["action"]),
                Cell(row["pages"], shown=ALL.shown(part="page", of=row["action"])),
                Cell(row["outside"], shown=OUTSIDE.shown(part="page", of=row["action"])),
                row["patients"],
            ]
            for row in rows
        ],
    )
    return Section(
        _("What was looked at"), table=table, empty=_("Nobody was shown a patient in this period.")
    )


def _measures() -> list[Measure]:
    return [
        Measure(
            _("People who looked"),
            _("Members of staff, now or then, who were shown at least one patient in the period."),
        ),
        Measure(
            _("Without a second factor"),
            _("Those with access today who sign in with a password alone, without passkey or authenticator."),
        ),
        Measure(
            _("Not signed in for 90 days"),
            _("Those with access today who last signed in more than 90 days ago, or never."),
        ),
        Measure(
            _("Changes of access"),
            _("How often the role of this person was given, changed or ended in the period."),
        ),
        Measure(
            _("Patients on them"), _("Patients on all these pages together; one seen twice counts twice.")
        ),
    ]
