"""Reports: what a clinic counts, by whom, when and how soon, with the rows behind every figure.

A report is declared where its subject lives (`clinic`, `cases`, `referrals`: the module `reports` of each
app) and shown by this package: its filters, its pages in the admin, its drawings and its files. A `Count`
is one condition in SQL, of which both the figure and the list of the rows behind it are made, so that the
two cannot disagree.
"""

from clinic.reports import access_review
from clinic.reports.content import (
    Bars,
    Cell,
    Columns,
    Figure,
    Intervals,
    Lines,
    Measure,
    Page,
    Section,
    Series,
    Shown,
    Table,
    Unit,
)
from clinic.reports.period import Period
from clinic.reports.report import (
    Count,
    Listed,
    Part,
    PersonPart,
    Population,
    Report,
    fetch,
    register,
    reports,
)
from clinic.reports.scope import Scope

__all__ = [
    "Bars",
    "Cell",
    "Columns",
    "Count",
    "Figure",
    "Intervals",
    "Lines",
    "Listed",
    "Measure",
    "Page",
    "Part",
    "Period",
    "PersonPart",
    "Population",
    "Report",
    "Scope",
    "Section",
    "Series",
    "Shown",
    "Table",
    "Unit",
    "access_review",
    "fetch",
    "register",
    "reports",
]
