"""Addresses of patients, cases and visits."""

from django.urls import path

from cases.views import treatments, visits

app_name = "cases"
urlpatterns = [
    path("cases/<uuid:pk>/visits/start/", visits.start_visit, name="start_visit"),
    path("visits/<uuid:pk>/", visits.show_visit, name="show_visit"),
    path("visits/<uuid:pk>/answers/", visits.answer_signs, name="answer_signs"),
    path("visits/<uuid:pk>/save/", visits.save_visit, name="save_visit"),
    path("visits/<uuid:pk>/sign/", visits.sign_visit, name="sign_visit"),
    path("visits/<uuid:pk>/void/", visits.void_visit, name="void_visit"),
    path("visits/<uuid:pk>/treatments/", treatments.list_treatments, name="list_treatments"),
    path(
        "visits/<uuid:pk>/treatments/<slug:kind>/",
        treatments.add_treatment,
        name="add_treatment",
    ),
    path("treatments/<uuid:pk>/", treatments.edit_treatment, name="edit_treatment"),
    path("treatments/<uuid:pk>/remove/", treatments.remove_treatment, name="remove_treatment"),
]
