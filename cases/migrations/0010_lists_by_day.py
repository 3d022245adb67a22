"""Lists a clinic's rows from the newest to the oldest, each by one index that also finds them by clinic."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# Model, name of its rows in a clinic, the index by clinic alone, the moment of a row, the new index.
TABLES = [
    ("attachment", "attachments", "cases_attachment_clinic_id_100f42fd", "uploaded_at", "attachment_by_day"),
    ("patient", "patients", "cases_patient_clinic_id_20499b0f", "created_at", "patient_by_day"),
    ("treatment", "treatments", "cases_treatment_clinic_id_f212b030", "created_at", "treatment_by_day"),
]


def with_moment(model, moment, name):
    index = models.Index(fields=["clinic", f"-{moment}", "-id"], name=name)
    return AddIndexConcurrently(model_name=model, index=index)


def without_its_own(model, rows, index):
    """Drop an index that the new one makes superfluous, and leave the foreign key as it is."""
    clinic = models.ForeignKey(
        to="clinic.clinic",
        on_delete=django.db.models.deletion.PROTECT,
        related_name=rows,
        db_index=False,
    )
    return migrations.SeparateDatabaseAndState(
        state_operations=[migrations.AlterField(model_name=model, name="clinic", field=clinic)],
        database_operations=[
            migrations.RunSQL(
                f'DROP INDEX CONCURRENTLY IF EXISTS "{index}"',
                f'CREATE INDEX CONCURRENTLY IF NOT EXISTS "{index}" ON "cases_{model}" ("clinic_id")',
            )
        ],
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("cases", "0009_counted_visits"),
    ]

    operations = [
        *(with_moment(model, moment, name) for model, _rows, _index, moment, name in TABLES),
        *(without_its_own(model, rows, index) for model, rows, index, _moment, _name in TABLES),
    ]
