"""The clinical record: patient, case, visit and what was found, concluded and done at each visit."""

from cases.models.additions import Addendum, EmergencyCall
from cases.models.body_mark import BodyMark
from cases.models.case import Case
from cases.models.patient import Patient
from cases.models.phrase import Phrase
from cases.models.screening import Screening
from cases.models.treatment import Treatment
from cases.models.visit import Finding, Visit

__all__ = [
    "Addendum",
    "BodyMark",
    "Case",
    "EmergencyCall",
    "Finding",
    "Patient",
    "Phrase",
    "Screening",
    "Treatment",
    "Visit",
]
