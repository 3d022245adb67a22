"""Outcome measures, and what a run of scores says. Pure: no database, no clock, no framework."""

from .charts import Bar, Course, Dot, Frame, Line, Tick, TimeAxis, bars_of, line_of, spread
from .measures import (
    Change,
    Measure,
    MeasuresError,
    NotAScore,
    Scale,
    load_measures,
    read_score,
    scale_of,
    triage_group,
)
from .series import Point, Row, Series, got_better, series_of
from .verdicts import BETTER, WORSE

__all__ = [
    "BETTER",
    "WORSE",
    "Bar",
    "Change",
    "Course",
    "Dot",
    "Frame",
    "Line",
    "Measure",
    "MeasuresError",
    "NotAScore",
    "Point",
    "Row",
    "Scale",
    "Series",
    "Tick",
    "TimeAxis",
    "bars_of",
    "got_better",
    "line_of",
    "load_measures",
    "read_score",
    "scale_of",
    "series_of",
    "spread",
    "triage_group",
]
