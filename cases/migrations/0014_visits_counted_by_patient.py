"""Finds the visits of a patient before a day, for the report on activity: who is new."""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('cases', '0013_treatments_counted_by_index'),
        ('clinic', '0007_monthly_reports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='countedvisit',
            index=models.Index(fields=['clinic', 'patient', 'day'], name='counted_by_patient'),
        ),
    ]
