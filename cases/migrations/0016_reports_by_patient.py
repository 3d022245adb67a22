"""Finds the counted visits of a patient, and who may be there twice, without reading the records."""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('cases', '0015_visits_in_order_of_each_patient'),
        ('clinic', '0007_monthly_reports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='countedvisit',
            index=models.Index(fields=['patient'], name='counted_of_patient'),
        ),
        RemoveIndexConcurrently(
            model_name='countedvisit',
            name='counted_by_patient',
        ),
        AddIndexConcurrently(
            model_name='patient',
            index=models.Index(
                fields=['clinic', 'birth_date', 'name_key'],
                include=('phone_key', 'merged_into'),
                name='patient_by_birth_and_name',
            ),
        ),
        RemoveIndexConcurrently(
            model_name='patient',
            name='patient_by_birth_date',
        ),
    ]
