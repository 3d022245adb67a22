"""The track record as inline SVG: a bar for each origin, the confirmed part filled.

Presentation attributes and classes only, for the Content-Security-Policy; the table beside it says the
same in words.
"""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from referrals.track_record import Row

WIDTH, ROW, BAR, TOP, RIGHT = 720, 48, 16, 6, 64


def bars_of(rows: Sequence[Row]) -> SafeString:
    """Return a bar for each row, as long as its total; empty for no rows."""
    most = max((row.total for row in rows), default=0)
    if not most:
        return SafeString()
    parts = ((_bar(row, TOP + place * ROW, most),) for place, row in enumerate(rows))
    return format_html(
        '<svg class="track-chart" viewBox="0 0 {0} {1}" direction="ltr" role="img" focusable="false" '
        'aria-labelledby="track-name track-says"><title id="track-name">{2}</title>'
        '<desc id="track-says">{3}</desc>{4}</svg>',
        WIDTH,
        TOP + len(rows) * ROW,
        _("Suspected and confirmed, by origin"),
        _("The table below says the same in numbers."),
        format_html_join("", "{}", parts),
    )


def _bar(row: Row, top: int, most: int) -> SafeString:
    room = WIDTH - RIGHT
    return format_html(
        '<text x="0" y="{0}">{1}</text>'
        '<rect class="track-all" x="0.5" y="{2}" width="{3}" height="{4}" rx="2"/>'
        '<rect class="track-confirmed" x="0.5" y="{2}" width="{5}" height="{4}" rx="2"/>'
        '<text class="track-number" x="{6}" y="{7}">{8}</text>',
        top + 12,
        row.name,
        top + 18,
        round(room * row.total / most, 1),
        BAR,
        round(room * row.confirmed / most, 1),
        round(room * row.total / most, 1) + 8,
        top + 18 + 13,
        f"{row.confirmed} / {row.total}",
    )
