"""Who did it: the column that names the member of staff."""

from django.conf import settings
from django.db import models


def who(related_name: str = "+", *, null: bool = True) -> models.ForeignKey:
    """Return a key to the user who did something; not for editing."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name=related_name,
        null=null,
        blank=null,
        editable=False,
    )
