"""Every change of state of patients, cases and visits. Views, admin and commands all come here."""

from cases.actions.additions import add_addendum, record_emergency_call
from cases.actions.body_chart import mark_region, mark_regions
from cases.actions.errors import (
    AnsweredMeanwhile,
    BackDatingReasonNeeded,
    CallNotRecorded,
    CaseIsClosed,
    ChangedMeanwhile,
    CopiedNotConfirmed,
    NotADraft,
    NothingToCopy,
    NotSigned,
    ReasonNeeded,
    ScreenIncomplete,
    TreatmentBlocked,
    VisitInFuture,
    VisitIsVoided,
)
from cases.actions.follow_up import confirm_copied, last_signed, start_from_last_visit, still_running
from cases.actions.patients import (
    free_record_numbers,
    next_record_number,
    open_case,
    register_patient,
    update_patient,
)
from cases.actions.phrases import add_phrase, change_phrase, remove_phrase
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
from cases.actions.whole_page import save_whole_page

__all__ = [
    "Answer",
    "AnsweredMeanwhile",
    "BackDatingReasonNeeded",
    "CallNotRecorded",
    "CaseIsClosed",
    "ChangedMeanwhile",
    "CopiedNotConfirmed",
    "NotADraft",
    "NotSigned",
    "NothingToCopy",
    "ReasonNeeded",
    "ScreenIncomplete",
    "TreatmentBlocked",
    "VisitInFuture",
    "VisitIsVoided",
    "add_addendum",
    "add_phrase",
    "add_treatment",
    "all_blocks",
    "blocks_of",
    "change_phrase",
    "change_treatment",
    "confirm_copied",
    "free_record_numbers",
    "last_signed",
    "mark_region",
    "mark_regions",
    "next_record_number",
    "open_case",
    "record_answers",
    "record_emergency_call",
    "refuse_blocked",
    "register_patient",
    "remove_phrase",
    "remove_treatment",
    "save_visit",
    "save_whole_page",
    "sign_visit",
    "start_from_last_visit",
    "start_visit",
    "still_running",
    "update_patient",
    "void_visit",
]
