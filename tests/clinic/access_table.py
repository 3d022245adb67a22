"""Who gets what: one row for every address of the site.

Read it as the policy; `test_access_matrix` holds every page to it, and fails for an address that has
no row here. It is written by hand on purpose, apart from `clinic.access`: a slip there shows here.
"""

from dataclasses import dataclass, field

PODIATRIST = frozenset({"podiatrist"})
CARE = frozenset({"podiatrist", "admin_staff"})
OFFICE = frozenset({"podiatrist", "admin_staff", "manager"})
DIRECTORY = frozenset({"podiatrist", "admin_staff", "manager"})
REPORTS = frozenset({"manager", "auditor", "superuser"})
CLINIC_REPORTS = frozenset({"manager", "auditor"})
MANAGER = frozenset({"manager", "superuser"})
CLINIC_MANAGER = frozenset({"manager"})
SUPERUSER = frozenset({"superuser"})
MEMBERS = frozenset({"podiatrist", "admin_staff", "manager", "auditor"})
SIGNED_IN = MEMBERS | {"superuser", "ended"}
EVERYBODY = SIGNED_IN | {"anonymous", "disabled"}


@dataclass(frozen=True)
class Page:
    """One address.

    `who` gets it; others are sent to sign in, or told 403. `of` names the row of `two_clinics` its
    id is of: another clinic's is a 404 like one that nobody has. `shows` says that a GET shows a
    patient, which leaves one row in the access log. `extra` fills in the rest of the address, `rows`
    that which is the id of another row of `two_clinics`.
    `answers` are the statuses for those who get it, `absent` that for a row which is not there.
    """

    who: frozenset[str]
    methods: tuple[str, ...] = ("get",)
    of: str = ""
    shows: bool = False
    key: str = "pk"
    extra: dict[str, object] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    answers: tuple[int, ...] = (200, 302, 422)
    absent: int = 404


GET, POST, BOTH = ("get",), ("post",), ("get", "post")

# Ours

TABLE: dict[str, Page] = {
    "health": Page(EVERYBODY, GET),
    "session": Page(EVERYBODY, BOTH),
    "switch_clinic": Page(SIGNED_IN, POST, answers=(404,)),
    "cases:home": Page(MEMBERS, GET, shows=True),
    "cases:list_patients": Page(CARE, GET, shows=True),
    "cases:search_patients": Page(CARE, POST),
    "cases:register_patient": Page(CARE, BOTH),
    # They show two patients or more: see tests/cases/test_merge_pages.py.
    "cases:list_merges": Page(CARE, GET),
    "cases:undo_merge": Page(CARE, POST, of="merge"),
    "cases:choose_merge": Page(CARE, BOTH, of="patient", shows=True),
    "cases:merge_patients": Page(CARE, BOTH, of="patient", rows={"other": "other"}),
    "cases:show_patient": Page(CARE, GET, of="patient", shows=True),
    "cases:edit_patient": Page(CARE, BOTH, of="patient", shows=True),
    "cases:open_case": Page(PODIATRIST, BOTH, of="patient", shows=True),
    "cases:show_case": Page(CARE, GET, of="case", shows=True),
    "cases:show_progress": Page(PODIATRIST, GET, of="case", shows=True),
    "cases:edit_case": Page(PODIATRIST, BOTH, of="case", shows=True),
    "cases:discharge_case": Page(PODIATRIST, BOTH, of="case", shows=True),
    "cases:reopen_case": Page(PODIATRIST, BOTH, of="case", shows=True),
    "cases:start_visit": Page(PODIATRIST, POST, of="case"),
    "cases:show_visit": Page(PODIATRIST, GET, of="visit", shows=True),
    "cases:answer_signs": Page(PODIATRIST, POST, of="visit"),
    "cases:mark_region": Page(PODIATRIST, POST, of="visit"),
    "cases:record_scores": Page(PODIATRIST, POST, of="visit"),
    "cases:add_activity": Page(PODIATRIST, POST, of="visit"),
    "cases:drop_activity": Page(PODIATRIST, POST, of="visit", answers=(404,)),
    "cases:save_visit": Page(PODIATRIST, POST, of="visit"),
    "cases:sign_visit": Page(PODIATRIST, POST, of="visit"),
    "cases:void_visit": Page(PODIATRIST, POST, of="visit"),
    "cases:start_from_last_visit": Page(PODIATRIST, POST, of="visit"),
    "cases:confirm_copied": Page(PODIATRIST, POST, of="visit"),
    "cases:list_emergency_calls": Page(PODIATRIST, GET, of="visit", shows=True),
    "cases:record_emergency_call": Page(PODIATRIST, POST, of="visit", answers=(200, 302)),
    "cases:add_addendum": Page(PODIATRIST, POST, of="signed"),
    "cases:list_phrases": Page(PODIATRIST, GET),
    "cases:add_phrase": Page(PODIATRIST, BOTH),
    "cases:edit_phrase": Page(PODIATRIST, BOTH, of="phrase"),
    "cases:remove_phrase": Page(PODIATRIST, POST, of="phrase"),
    "cases:attach_files": Page(CARE, BOTH, of="patient", shows=True),
    "cases:download_attachment": Page(CARE, GET, of="attachment", shows=True),
    "cases:preview_attachment": Page(CARE, GET, of="attachment", shows=True),
    "cases:describe_attachment": Page(CARE, BOTH, of="attachment", shows=True),
    "cases:void_attachment": Page(CARE, POST, of="attachment"),
    "cases:pick_exercises": Page(PODIATRIST, BOTH, of="visit", shows=True),
    "cases:show_programme": Page(PODIATRIST, GET, of="patient", shows=True),
    "cases:show_handout_pdf": Page(PODIATRIST, GET, of="patient", shows=True),
    "cases:list_treatments": Page(PODIATRIST, GET, of="visit", shows=True),
    "cases:add_treatment": Page(PODIATRIST, BOTH, of="visit", shows=True, extra={"kind": "ice"}),
    "cases:check_treatment": Page(PODIATRIST, POST, of="visit", extra={"kind": "ice"}),
    "cases:edit_treatment": Page(PODIATRIST, BOTH, of="treatment", shows=True),
    "cases:remove_treatment": Page(PODIATRIST, POST, of="treatment"),
    "cases:review_treatment": Page(PODIATRIST, BOTH, of="prescribed", shows=True),
    "cases:stop_treatment": Page(PODIATRIST, BOTH, of="prescribed", shows=True),
    "cases:resume_treatment": Page(PODIATRIST, POST, of="prescribed"),
    "cases:move_review": Page(PODIATRIST, POST, of="prescribed"),
    "cases:list_due_reviews": Page(PODIATRIST, GET, shows=True),
    "referrals:list_referrals": Page(OFFICE, GET, shows=True),
    "referrals:next_referral": Page(OFFICE, GET),
    "referrals:assign_referrals": Page(OFFICE, POST),
    "referrals:chase_referrals": Page(CARE, POST),
    "referrals:print_letters": Page(CARE, POST),
    "referrals:export_csv": Page(CARE, GET, shows=True),
    "referrals:export_xlsx": Page(CARE, GET, shows=True),
    "referrals:save_view": Page(OFFICE, BOTH),
    # A view is one person's own: to colleagues it is not there.
    "referrals:show_view": Page(OFFICE, GET, of="saved_view", answers=(302, 404)),
    "referrals:edit_view": Page(OFFICE, BOTH, of="saved_view", answers=(200, 302, 404)),
    "referrals:remove_view": Page(OFFICE, POST, of="saved_view", answers=(302, 404)),
    "referrals:start_referral": Page(PODIATRIST, BOTH, of="signed", shows=True),
    "referrals:decide_not_to_refer": Page(PODIATRIST, POST, of="signed"),
    "referrals:show_referral": Page(OFFICE, GET, of="referral", shows=True),
    "referrals:write_letter": Page(PODIATRIST, BOTH, of="referral", shows=True),
    "referrals:sign_letter": Page(PODIATRIST, POST, of="referral"),
    "referrals:mark_sent": Page(CARE, POST, of="referral"),
    "referrals:send_by_email": Page(CARE, POST, of="referral"),
    "referrals:show_mailing": Page(CARE, GET, of="referral"),
    "referrals:show_dispatch_pdf": Page(CARE, GET, of="doubtful", shows=True),
    "referrals:confirm_dispatch": Page(CARE, POST, of="doubtful"),
    "referrals:withdraw_dispatch": Page(CARE, POST, of="waiting"),
    "referrals:send_again": Page(CARE, POST, of="refused"),
    "referrals:set_aside_dispatch": Page(CARE, POST, of="refused"),
    "referrals:mark_copy_posted": Page(CARE, POST, of="waiting"),
    "referrals:list_print_runs": Page(CARE, GET, shows=True),
    "referrals:start_print_run": Page(CARE, POST),
    "referrals:show_print_run": Page(CARE, GET, of="print_run", shows=True),
    "referrals:show_print_progress": Page(CARE, GET, of="print_run"),
    "referrals:show_print_pdf": Page(CARE, GET, of="print_run", shows=True),
    "referrals:mark_run_posted": Page(CARE, POST, of="print_run"),
    "referrals:cancel_referral": Page(CARE, POST, of="referral"),
    "referrals:acknowledge_referral": Page(CARE, POST, of="referral"),
    "referrals:book_appointment": Page(CARE, POST, of="referral"),
    "referrals:mark_seen": Page(CARE, POST, of="referral"),
    "referrals:mark_not_attended": Page(CARE, POST, of="referral"),
    "referrals:decline_referral": Page(CARE, POST, of="referral"),
    "referrals:close_declined": Page(PODIATRIST, POST, of="referral"),
    "referrals:refer_elsewhere": Page(PODIATRIST, POST, of="referral"),
    "referrals:assign_referral": Page(OFFICE, POST, of="referral"),
    "referrals:tell_patient": Page(CARE, POST, of="referral"),
    "referrals:undo_step": Page(CARE, POST, of="referral"),
    "referrals:chase_referral": Page(CARE, POST, of="referral"),
    # Here they send on to the referral: without an appointment there is no card, and parts of a row are
    # for htmx. See tests/referrals/test_loop.py for the rows that they leave in the log.
    "referrals:show_appointment_card": Page(CARE, GET, of="referral"),
    "referrals:show_row_steps": Page(CARE, GET, of="referral"),
    "referrals:show_step_form": Page(CARE, GET, of="referral", extra={"name": "acknowledge_referral"}),
    "referrals:show_letter_pdf": Page(OFFICE, GET, of="letter", shows=True),
    "referrals:show_letter_docx": Page(OFFICE, GET, of="letter", shows=True),
    "referrals:show_letter_text": Page(OFFICE, GET, of="letter", shows=True),
    "referrals:show_patient_copy": Page(OFFICE, GET, of="letter", shows=True),
    "referrals:begin_correction": Page(PODIATRIST, POST, of="referral"),
    "referrals:drop_correction": Page(PODIATRIST, POST, of="referral"),
    "clinic:edit_letter_settings": Page(CLINIC_MANAGER, BOTH),
    "clinic:change_logo": Page(CLINIC_MANAGER, BOTH),
    "clinic:show_logo": Page(CLINIC_MANAGER, GET),
    "clinic:remove_logo": Page(CLINIC_MANAGER, POST),
    "clinic:edit_calendar": Page(CLINIC_MANAGER, BOTH),
    "clinic:add_closures": Page(CLINIC_MANAGER, POST),
    "clinic:remove_closure": Page(CLINIC_MANAGER, POST, of="closure"),
    "clinic:change_signature": Page(PODIATRIST, BOTH),
    "clinic:show_signature": Page(PODIATRIST, GET),
    "clinic:remove_signature": Page(PODIATRIST, POST),
    "referrals:print_chase_letters": Page(CARE, GET),
    "referrals:undo_assignment": Page(OFFICE, POST),
    "referrals:choose_daily_email": Page(OFFICE, BOTH),
    "referrals:list_wordings": Page(CLINIC_MANAGER, GET),
    "referrals:edit_wording": Page(CLINIC_MANAGER, BOTH, extra={"kind": "opening"}),
    "referrals:preview_wording": Page(CLINIC_MANAGER, POST, extra={"kind": "opening"}),
    "referrals:use_builtin_wording": Page(CLINIC_MANAGER, POST, extra={"kind": "opening"}),
    "referrals:show_wording_version": Page(CLINIC_MANAGER, GET, of="wording_version"),
    "referrals:restore_wording": Page(CLINIC_MANAGER, POST, of="wording_version"),
    "referrals:list_replies": Page(PODIATRIST, GET, shows=True),
    "referrals:find_referral": Page(CARE, BOTH),
    "referrals:record_reply": Page(CARE, BOTH, of="answered", shows=True),
    "referrals:read_reply": Page(PODIATRIST, BOTH, of="reply", shows=True),
    "referrals:show_reply_page": Page(CARE, GET, of="reply_file", shows=True, extra={"number": 1}),
    "referrals:void_reply": Page(CARE, BOTH, of="reply", shows=True),
    "referrals:show_track_record": Page(PODIATRIST | {"manager"}, GET),
    "referrals:list_specialists": Page(OFFICE, BOTH),
    "referrals:show_specialist": Page(OFFICE, GET, of="specialist"),
    "referrals:import_specialists": Page(DIRECTORY, BOTH),
    "referrals:download_specialists_template": Page(DIRECTORY, GET),
    "referrals:export_specialists": Page(OFFICE, GET),
    "referrals:add_specialist": Page(DIRECTORY, BOTH),
    "referrals:edit_specialist": Page(DIRECTORY, BOTH, of="specialist"),
    "referrals:retire_specialist": Page(DIRECTORY, POST, of="specialist"),
}

# Signing in (allauth). Its pages are about oneself and never about a patient; 404 and 405 are their
# answers to people without a second factor, and to a key that is none.

_OPEN = (
    "account_login account_logout account_inactive account_signup account_reset_password "
    "account_reset_password_done account_reset_password_from_key_done account_confirm_login_code "
    "account_email_verification_sent mfa_authenticate mfa_login_webauthn"
)
_OWN = (
    "account_reauthenticate account_email account_change_password account_set_password "
    "mfa_index mfa_reauthenticate mfa_activate_totp mfa_deactivate_totp mfa_view_recovery_codes "
    "mfa_generate_recovery_codes mfa_download_recovery_codes mfa_list_webauthn mfa_add_webauthn "
    "mfa_reauthenticate_webauthn usersessions_list"
)
_ANSWERS = (200, 302, 404, 405)


def _account(who: frozenset[str], **extra: object) -> Page:
    return Page(who, BOTH, extra=extra, answers=_ANSWERS)


TABLE |= {name: _account(EVERYBODY) for name in _OPEN.split()}
TABLE |= {name: _account(SIGNED_IN) for name in _OWN.split()}
TABLE |= {
    "account_confirm_email": _account(EVERYBODY, key="x"),
    "account_reset_password_from_key": _account(EVERYBODY, uidb36="0", key="x"),
    "mfa_remove_webauthn": _account(SIGNED_IN, pk=1),
    "mfa_edit_webauthn": _account(SIGNED_IN, pk=1),
}

# The admin: reports and reference data of one's own clinic; the rest is for superusers. A row that is
# not there sends back to the index, with a message.

NOBODY: frozenset[str] = frozenset()
# Who may change what the page `_change` shows to more people.
CHANGED_BY: dict[str, frozenset[str]] = {}


def _admin(
    model: str,
    of: str,
    *,
    view: frozenset[str],
    change: frozenset[str] = NOBODY,
    add: frozenset[str] = NOBODY,
    delete: frozenset[str] = NOBODY,
    shows: bool = False,
) -> None:
    """Put in the pages of a model in the admin; `shows` says that those of its row show its patient."""
    pages = {"history": (view, GET), "delete": (delete, BOTH), "change": (view, GET)}
    TABLE[f"admin:{model}_changelist"] = Page(view, GET)
    TABLE[f"admin:{model}_add"] = Page(add, BOTH)
    for page, (who, methods) in pages.items():
        seen = shows and page != "delete"
        TABLE[f"admin:{model}_{page}"] = Page(who, methods, of=of, key="object_id", absent=302, shows=seen)
    CHANGED_BY[f"admin:{model}_change"] = change


def _record(model: str, of: str, *, shows: bool = True) -> None:
    """Put in the pages of a kind of row of the record, which nobody changes here.

    A superuser without a clinic has none whose log could say that they read it.
    """
    _admin(model, of, view=frozenset({"manager", "auditor"}), shows=shows)


_admin("clinic_clinic", "clinic", view=REPORTS, change=MANAGER, add=SUPERUSER)
_admin("clinic_membership", "membership", view=REPORTS, change=MANAGER, add=SUPERUSER)
# A superuser without a clinic has none to add a site or a phrase to.
_admin("clinic_site", "site", view=REPORTS, change=MANAGER, add=frozenset({"manager"}))
_admin("clinic_accesslog", "access", view=REPORTS)
_admin("referrals_specialist", "specialist", view=REPORTS, change=MANAGER, add=MANAGER)
_admin(
    "cases_phrase",
    "clinic_phrase",
    view=REPORTS,
    change=MANAGER,
    add=frozenset({"manager"}),
    delete=MANAGER,
)
_admin(
    "clinic_closure",
    "closure",
    view=REPORTS,
    change=MANAGER,
    add=frozenset({"manager"}),
    delete=MANAGER,
)
_admin("clinic_user", "user", view=SUPERUSER, change=SUPERUSER, add=SUPERUSER)
_admin("account_emailaddress", "", view=SUPERUSER, change=SUPERUSER, add=SUPERUSER, delete=SUPERUSER)
for _model in ("mfa_authenticator", "usersessions_usersession"):
    _admin(_model, "", view=SUPERUSER, delete=SUPERUSER)
_admin("procrastinate_procrastinatejob", "", view=SUPERUSER)
_record("cases_patient", "patient")
_record("cases_case", "case")
_record("cases_visit", "visit")
_record("cases_screening", "screening")
_record("cases_treatment", "treatment")
_record("cases_attachment", "attachment")
# They show two patients: see tests/admin.
_record("cases_patientmerge", "merge", shows=False)
_record("referrals_referral", "referral")
_record("referrals_letter", "letter")
_record("referrals_dispatch", "doubtful")
_record("referrals_reply", "reply")
_record("referrals_lettertemplate", "wording", shows=False)
TABLE["admin:cases_patient_readers"] = Page(
    frozenset({"manager", "auditor"}), GET, of="patient", key="object_id", absent=302, shows=True
)

TABLE |= {
    "admin:index": Page(REPORTS, GET),
    "admin:catalogue": Page(REPORTS, GET),
    "admin:catalogue_compare": Page(REPORTS, GET),
    "admin:exercises": Page(REPORTS, GET),
    # Reports are of the clinic that one works in: somebody without one has none.
    "admin:reports": Page(CLINIC_REPORTS, GET),
    "admin:report_month_pdf": Page(CLINIC_REPORTS, GET),
    "admin:report": Page(CLINIC_REPORTS, GET, extra={"slug": "access-review"}),
    "admin:report_card": Page(CLINIC_REPORTS, GET, extra={"slug": "access-review"}),
    "admin:report_file": Page(CLINIC_REPORTS, GET, extra={"slug": "access-review", "kind": "csv"}),
    "admin:report_rows": Page(CLINIC_REPORTS, GET, extra={"slug": "access-review", "key": "pages"}),
    "admin:report_rows_file": Page(
        CLINIC_REPORTS, GET, extra={"slug": "access-review", "key": "pages", "kind": "xlsx"}
    ),
    "admin:app_list": Page(REPORTS, GET, extra={"app_label": "clinic"}),
    "admin:login": Page(EVERYBODY, GET, answers=(302, 403)),
    "admin:logout": Page(REPORTS, POST),
    "admin:password_change": Page(REPORTS, BOTH),
    "admin:password_change_done": Page(REPORTS, GET),
    "admin:jsi18n": Page(EVERYBODY, GET),
    "admin:autocomplete": Page(REPORTS, GET, answers=(403,)),
    "admin:auth_user_password_change": Page(SUPERUSER, BOTH, of="user", key="id", absent=404),
}

# Addresses without a name: the admin's old form of a change page, and all else below /admin/, which
# send on to a page above or are a 404.
NAMELESS = {"admin:<path:object_id>/", "admin:(?P<url>.*)$"}
