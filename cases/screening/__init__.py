"""Screening of foot pain for causes in the back, the hip or the whole body.

Decision support: `assess()` suggests an origin, an urgency and a referral, and shows its evidence
and sources; a clinician decides. Pure Python with no database and no web framework.
"""

from .answers import Answers, AnswersError, Computed
from .assess import Assessment, assess
from .catalogue import Catalogue, CatalogueError, Condition, Sign, UnknownVersion, load_catalogue
from .questions import screen_missing

__all__ = [
    "Answers",
    "AnswersError",
    "Assessment",
    "Catalogue",
    "CatalogueError",
    "Computed",
    "Condition",
    "Sign",
    "UnknownVersion",
    "assess",
    "load_catalogue",
    "screen_missing",
]
