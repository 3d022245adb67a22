"""Lists a clinic's rows from the newest to the oldest, each by one index that also finds them by clinic."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# Model, name of its rows in a clinic, the index by clinic alone, the moment of a row, the new index.
TABLES = [
    ("accesslog", "+", "clinic_accesslog_clinic_id_2cea3082", "at", "access_log_by_day"),
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
                f'CREATE INDEX CONCURRENTLY IF NOT EXISTS "{index}" ON "clinic_{model}" ("clinic_id")',
            )
        ],
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("clinic", "0005_sites"),
    ]

    operations = [
        *(with_moment(model, moment, name) for model, _rows, _index, moment, name in TABLES),
        *(without_its_own(model, rows, index) for model, rows, index, _moment, _name in TABLES),
    ]
