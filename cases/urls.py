"""Addresses of patients, cases and visits."""

from django.urls import URLPattern

app_name = "cases"
urlpatterns: list[URLPattern] = []
