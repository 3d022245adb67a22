"""Every change of state of patients, cases and visits. Views, admin and commands all come here."""

from cases.actions.body_chart import mark_region, mark_regions
from cases.actions.errors import (
    AnsweredMeanwhile,
    CaseIsClosed,
    ChangedMeanwhile,
    NotADraft,
    ReasonNeeded,
    ScreenIncomplete,
    TreatmentBlocked,
)
from cases.actions.patients import (
    free_record_numbers,
    next_record_number,
    open_case,
    register_patient,
    update_patient,
)
from cases.actions.signing import sign_visit, void_visit
from cases.actions.treatments import (
    add_treatment,
    all_blocks,
    blocks_of,
    change_treatment,
    refuse_blocked,
    remove_treatment,
)
from cases.actions.visits import Answer, record_answers, save_visit, start_visit

__all__ = [
    "Answer",
    "AnsweredMeanwhile",
    "CaseIsClosed",
    "ChangedMeanwhile",
    "NotADraft",
    "ReasonNeeded",
    "ScreenIncomplete",
    "TreatmentBlocked",
    "add_treatment",
    "all_blocks",
    "blocks_of",
    "change_treatment",
    "free_record_numbers",
    "mark_region",
    "mark_regions",
    "next_record_number",
    "open_case",
    "record_answers",
    "refuse_blocked",
    "register_patient",
    "remove_treatment",
    "save_visit",
    "sign_visit",
    "start_visit",
    "update_patient",
    "void_visit",
]
