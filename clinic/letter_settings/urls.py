"""Addresses of what a clinic decides about its letters."""

from django.urls import path

from clinic.letter_settings import views

app_name = "clinic"
urlpatterns = [
    path("clinic/letters/", views.edit_letter_settings, name="edit_letter_settings"),
    path("clinic/logo/", views.change_logo, name="change_logo"),
    path("clinic/logo/picture/", views.show_logo, name="show_logo"),
    path("clinic/logo/remove/", views.remove_logo, name="remove_logo"),
    path("clinic/calendar/", views.edit_calendar, name="edit_calendar"),
    path("clinic/calendar/closures/", views.add_closures, name="add_closures"),
    path("clinic/calendar/closures/<uuid:pk>/remove/", views.remove_closure, name="remove_closure"),
    path("signature/", views.change_signature, name="change_signature"),
    path("signature/picture/", views.show_signature, name="show_signature"),
    path("signature/remove/", views.remove_signature, name="remove_signature"),
]
