"""Finds the few steps that say that a patient did not attend, for the report on activity."""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('clinic', '0006_lists_by_day'),
        ('referrals', '0012_letters_audited'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='step',
            index=models.Index(condition=models.Q(('to_state', 'did_not_attend'), ('undone_at__isnull', True)), fields=['clinic', 'happened_on'], name='step_did_not_attend'),
        ),
    ]
