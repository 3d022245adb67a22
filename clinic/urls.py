"""Every address of the site. The apps above are included by name only."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from clinic import views

# The admin's own log-in page would pass by the rate limits and the second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("healthz", views.health, name="health"),
    path("session/", views.session, name="session"),
    path("clinic/switch/", views.switch_clinic, name="switch_clinic"),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("clinic.letter_settings.urls")),
    path("", include("cases.urls")),
    path("", include("referrals.urls")),
]

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler500 = views.server_error
