"""The outcomes of a case in short: a line of the worst pain and of the PSFS, with the words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from cases.outcome_drawing import sparkline
from cases.outcome_words import matters, sentence
from cases.outcomes import Series


@dataclass(frozen=True)
class Strip:
    """One series in short: its line, what it says, and whether the change matters."""

    line: SafeString
    says: str
    matters: str
    verdict: str


def strips_of(series: Sequence[Series]) -> list[Strip]:
    """Return what `cases/outcomes/_summary.html` shows of a case's series. No query.

    The worst pain of each place that was scored (or else the pain that was scored most often) and the
    mean of the PSFS; nothing scored gives an empty list.
    """
    return [
        Strip(sparkline(one), sentence(one), matters(one), one.verdict if one.change is not None else "")
        for one in _chosen(series)
    ]


def _chosen(series: Sequence[Series]) -> list[Series]:
    pain = [one for one in series if one.scale.measure == "nrs"]
    worst = [one for one in pain if one.scale.code.endswith("_worst")]
    most = sorted(pain, key=lambda one: -len(one.points))[:1]
    return [*(worst or most), *(one for one in series if one.key == ("psfs", "mean"))]
