"""The app of patients, referrals and visits."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = _("Referrals")

    def ready(self) -> None:
        from cases.elsewhere import let_tell
        from referrals.story import Referrals

        let_tell(Referrals())
