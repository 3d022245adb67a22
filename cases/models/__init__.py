"""The clinical record: patient, case, visit and what was found, concluded and done at each visit."""

from cases.models.additions import Addendum, EmergencyCall
from cases.models.attachment import Attachment
from cases.models.body_mark import BodyMark
from cases.models.case import Case
from cases.models.counted import CountedVisit
from cases.models.counted_treatment import CountedTreatment
from cases.models.merge import PatientMerge
from cases.models.outcome import Activity, OutcomeScore
from cases.models.patient import Patient
from cases.models.phrase import Phrase
from cases.models.screening import Screening
from cases.models.treatment import BlockOverride, Treatment, TreatmentReview
from cases.models.visit import Finding, Visit

__all__ = [
    "Activity",
    "Addendum",
    "Attachment",
    "BlockOverride",
    "BodyMark",
    "Case",
    "CountedTreatment",
    "CountedVisit",
    "EmergencyCall",
    "Finding",
    "OutcomeScore",
    "Patient",
    "PatientMerge",
    "Phrase",
    "Screening",
    "Treatment",
    "TreatmentReview",
    "Visit",
]
