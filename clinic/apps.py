"""The app of clinics, users and who may see what, and the admin site that follows it."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from clinic.translations import remember_translations


class ClinicConfig(AppConfig):
    default = True
    name = "clinic"
    verbose_name = _("Clinic")

    def ready(self) -> None:
        """Make translating cheap, and find the reports of every app."""
        remember_translations()
        autodiscover_modules("reports")


class ClinicAdminConfig(admin_apps.AdminConfig):
    """Django's admin, opened by role instead of by the staff flag."""

    default = False
    default_site = "clinic.admin_site.ClinicAdminSite"
