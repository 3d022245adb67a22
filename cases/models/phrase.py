"""Phrases: texts that a podiatrist inserts by a short word, such as /rest."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models import Clinic, User
from clinic.records import Record, tracked


class PhraseQuerySet(models.QuerySet["Phrase"]):
    """Questions about phrases."""

    def usable_by(self, user: User) -> "PhraseQuerySet":
        """The clinic's phrases and this user's own."""
        return self.filter(models.Q(owner__isnull=True) | models.Q(owner=user))


@tracked()
class Phrase(Record):
    """A text and the short word that inserts it. One without an owner belongs to the whole clinic.

    A phrase is wording and holds nothing of any patient.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="phrases")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("whose"),
        on_delete=models.PROTECT,
        related_name="phrases",
        null=True,
        blank=True,
    )
    shortcut = models.CharField(
        _("short word"),
        max_length=20,
        validators=[
            RegexValidator(r"^[a-z][a-z0-9-]*\Z", _("Use small letters, digits and hyphens, such as rest-2."))
        ],
        help_text=_("Typed after a slash: “rest” is inserted by /rest."),
    )
    text = models.TextField(_("text"), max_length=2000)

    objects = PhraseQuerySet.as_manager()

    class Meta:
        ordering = ["shortcut"]
        verbose_name = _("phrase")
        verbose_name_plural = _("phrases")
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "owner", "shortcut"],
                name="phrase_once_a_short_word",
                nulls_distinct=False,
                violation_error_message=_("There is a phrase with this short word already."),
            ),
        ]

    def __str__(self) -> str:
        return f"/{self.shortcut}"
