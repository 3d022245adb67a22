"""Addresses of referrals, letters and specialists."""

from django.urls import path

from referrals.views import loop, referrals, specialists, worklist

app_name = "referrals"
urlpatterns = [
    path("referrals/", worklist.list_referrals, name="list_referrals"),
    path("visits/<uuid:pk>/refer/", referrals.start_referral, name="start_referral"),
    path("referrals/<uuid:pk>/", referrals.show_referral, name="show_referral"),
    path("referrals/<uuid:pk>/letter/", referrals.write_letter, name="write_letter"),
    path("referrals/<uuid:pk>/sign/", referrals.sign_letter, name="sign_letter"),
    path("referrals/<uuid:pk>/sent/", referrals.mark_sent, name="mark_sent"),
    path("referrals/<uuid:pk>/cancel/", loop.cancel_referral, name="cancel_referral"),
    path("letters/<uuid:pk>/pdf/", referrals.show_letter_pdf, name="show_letter_pdf"),
    path("specialists/", specialists.list_specialists, name="list_specialists"),
    path("specialists/add/", specialists.add_specialist, name="add_specialist"),
    path("specialists/<uuid:pk>/edit/", specialists.edit_specialist, name="edit_specialist"),
    path("specialists/<uuid:pk>/retire/", specialists.retire_specialist, name="retire_specialist"),
]
