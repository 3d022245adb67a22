"""Addresses of referrals, letters and specialists."""

from django.urls import URLPattern

app_name = "referrals"
urlpatterns: list[URLPattern] = []
