"""Addresses of patients, cases and visits."""

from django.urls import path

from cases.views import (
    additions,
    answers,
    attachments,
    body_chart,
    cases,
    follow_up,
    home,
    outcomes,
    patients,
    phrases,
    signing,
    treatments,
    visits,
)

app_name = "cases"
urlpatterns = [
    path("", home.home, name="home"),
    path("patients/", patients.list_patients, name="list_patients"),
    path("patients/search/", patients.search_patients, name="search_patients"),
    path("patients/register/", patients.register_patient, name="register_patient"),
    path("patients/<uuid:pk>/", patients.show_patient, name="show_patient"),
    path("patients/<uuid:pk>/edit/", patients.edit_patient, name="edit_patient"),
    path("patients/<uuid:pk>/cases/open/", cases.open_case, name="open_case"),
    path("cases/<uuid:pk>/", cases.show_case, name="show_case"),
    path("cases/<uuid:pk>/progress/", outcomes.show_progress, name="show_progress"),
    path("cases/<uuid:pk>/visits/start/", visits.start_visit, name="start_visit"),
    path("visits/<uuid:pk>/", visits.show_visit, name="show_visit"),
    path("visits/<uuid:pk>/answers/", answers.answer_signs, name="answer_signs"),
    path("visits/<uuid:pk>/body/", body_chart.mark_region, name="mark_region"),
    path("visits/<uuid:pk>/save/", visits.save_visit, name="save_visit"),
    path(
        "visits/<uuid:pk>/start-from-last/",
        follow_up.start_from_last_visit,
        name="start_from_last_visit",
    ),
    path("visits/<uuid:pk>/confirm-copied/", follow_up.confirm_copied, name="confirm_copied"),
    path(
        "visits/<uuid:pk>/emergency-calls/",
        additions.list_emergency_calls,
        name="list_emergency_calls",
    ),
    path(
        "visits/<uuid:pk>/emergency-calls/record/",
        additions.record_emergency_call,
        name="record_emergency_call",
    ),
    path("visits/<uuid:pk>/addenda/add/", additions.add_addendum, name="add_addendum"),
    path("visits/<uuid:pk>/sign/", signing.sign_visit, name="sign_visit"),
    path("visits/<uuid:pk>/void/", signing.void_visit, name="void_visit"),
    path("visits/<uuid:pk>/treatments/", treatments.list_treatments, name="list_treatments"),
    path(
        "visits/<uuid:pk>/treatments/<slug:kind>/add/",
        treatments.add_treatment,
        name="add_treatment",
    ),
    path("treatments/<uuid:pk>/edit/", treatments.edit_treatment, name="edit_treatment"),
    path("treatments/<uuid:pk>/remove/", treatments.remove_treatment, name="remove_treatment"),
    path("patients/<uuid:pk>/attachments/add/", attachments.attach_files, name="attach_files"),
    path("attachments/<uuid:pk>/", attachments.download_attachment, name="download_attachment"),
    path(
        "attachments/<uuid:pk>/preview/", attachments.preview_attachment, name="preview_attachment"
    ),
    path(
        "attachments/<uuid:pk>/details/", attachments.describe_attachment, name="describe_attachment"
    ),
    path("attachments/<uuid:pk>/void/", attachments.void_attachment, name="void_attachment"),
    path("phrases/", phrases.list_phrases, name="list_phrases"),
    path("phrases/add/", phrases.add_phrase, name="add_phrase"),
    path("phrases/<uuid:pk>/edit/", phrases.edit_phrase, name="edit_phrase"),
    path("phrases/<uuid:pk>/remove/", phrases.remove_phrase, name="remove_phrase"),
]
