"""Shares and means as reports write them: rounded half up, with what they are taken from."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from clinic.reports.content import Cell, Unit

# Student's t at 97.5 % for 1 to 28 degrees of freedom (tables); from 30 values on, the normal 1.96.
_T = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145),
    *(2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048),
)
_NORMAL = 1.96
FEW = 10


def share(part: int, whole: int) -> int | None:
    """Return a share in whole per cent, None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else None


def percent(part: int, whole: int) -> Cell:
    """Return a share as a cell of a table."""
    return Cell(share(part, whole), Unit.PERCENT)


@dataclass(frozen=True)
class Mean:
    """A mean with its 95 % interval, to one decimal. There is no interval with fewer than two values."""

    count: int
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


def mean(count: int, total: Decimal | int | None, squares: Decimal | int | None) -> Mean:
    """Return the mean of `count` values of which the sum and the sum of their squares are known.

    The interval is the mean and 1.96 standard errors either way, with fewer than 30 values Student's t.
    """
    if not count:
        return Mean(0)
    added, squared = Decimal(total or 0), Decimal(squares or 0)
    value = added / count
    if count == 1:
        return Mean(1, tenths(value))
    variance = max((squared - added * value) / (count - 1), Decimal(0))
    times = _T[count - 2] if count < 30 else _NORMAL
    away = Decimal(str(times)) * (variance / count).sqrt()
    return Mean(count, tenths(value), tenths(value - away), tenths(value + away))


def tenths(value: Decimal) -> Decimal:
    """Return a number with one decimal; there is no -0.0."""
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP) + 0
