"""Names can be looked up by what is one letter apart from them."""

import cases.models.patient
import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations

from clinic import sql


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_merged_records_and_number_keys"),
        ("clinic", "0002_sent_forms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(sql.CREATE_NAME_VARIANTS, sql.DROP_NAME_VARIANTS),
        migrations.AddIndex(
            model_name="patient",
            index=django.contrib.postgres.indexes.GinIndex(
                cases.models.patient.NameVariants("clinic", "name_key"), name="patient_by_nearly_that_name"
            ),
        ),
    ]
