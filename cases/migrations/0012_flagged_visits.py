"""Finds the visits with a red flag by their day."""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('cases', '0011_counted_treatments'),
        ('clinic', '0006_lists_by_day'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='countedvisit',
            index=models.Index(condition=models.Q(('red_flags', []), _negated=True), fields=['clinic', 'day'], name='counted_flagged'),
        ),
    ]
