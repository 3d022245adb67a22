"""Telephone and national numbers can be looked up however they are written; merged records stay merged."""

import cases.models.patient
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from clinic import sql


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_overrides_and_reviews_as_rows"),
        ("clinic", "0002_sent_forms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(sql.CREATE_PHONE_KEY, sql.DROP_PHONE_KEY),
        migrations.RunSQL(sql.CREATE_NATIONAL_KEY, sql.DROP_NATIONAL_KEY),
        migrations.AddField(
            model_name="patient",
            name="national_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=cases.models.patient.NationalKey("national_id"),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="phone_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=cases.models.patient.PhoneKey("phone"),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["clinic", "phone_key", "id"], name="patient_by_phone"),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(
                models.F("clinic"),
                django.db.models.functions.text.Right("phone_key", 6),
                name="patient_by_end_of_phone",
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["clinic", "national_key", "id"], name="patient_by_national_number"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="attachment",
            trigger=pgtrigger.compiler.Trigger(
                name="of_current_patient",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE target uuid;",
                    func="\n            IF TG_OP = 'UPDATE' AND OLD.patient_id = NEW.patient_id THEN\n                RETURN NEW;\n            END IF;\n            SELECT merged_into_id INTO target FROM cases_patient WHERE id = NEW.patient_id FOR SHARE;\n            IF target IS NOT NULL THEN\n                RAISE EXCEPTION 'the record of this patient was merged into another'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'of_current_patient';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="29d41d09aaaa531c0f67632e3d62d973555cb47e",
                    operation='INSERT OR UPDATE OF "patient_id"',
                    pgid="pgtrigger_of_current_patient_1b161",
                    table="cases_attachment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="case",
            trigger=pgtrigger.compiler.Trigger(
                name="of_current_patient",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE target uuid;",
                    func="\n            IF TG_OP = 'UPDATE' AND OLD.patient_id = NEW.patient_id THEN\n                RETURN NEW;\n            END IF;\n            SELECT merged_into_id INTO target FROM cases_patient WHERE id = NEW.patient_id FOR SHARE;\n            IF target IS NOT NULL THEN\n                RAISE EXCEPTION 'the record of this patient was merged into another'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'of_current_patient';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="6273a02ab86d98608f0d7cb8fecfb64f29e78bc8",
                    operation='INSERT OR UPDATE OF "patient_id"',
                    pgid="pgtrigger_of_current_patient_3b4fc",
                    table="cases_case",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="patient",
            trigger=pgtrigger.compiler.Trigger(
                name="merged_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."merged_into_id" IS NOT NULL)',
                    declare="DECLARE target cases_patient%ROWTYPE;",
                    func="\n            IF TG_OP = 'UPDATE' AND OLD.merged_into_id = NEW.merged_into_id THEN\n                RETURN NEW;\n            END IF;\n            SELECT * INTO target FROM cases_patient WHERE id = NEW.merged_into_id FOR SHARE;\n            IF (TG_OP = 'UPDATE' AND OLD.merged_into_id IS NOT NULL)\n                OR target.clinic_id IS DISTINCT FROM NEW.clinic_id\n                OR target.merged_into_id IS NOT NULL\n                OR EXISTS (SELECT 1 FROM cases_case WHERE patient_id = NEW.id)\n                OR EXISTS (SELECT 1 FROM cases_attachment WHERE patient_id = NEW.id)\n            THEN\n                RAISE EXCEPTION 'this record cannot be merged into that one'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'merged_once';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="b33bc76aa12b19a3a51e95fd6f4eb8f864a1587e",
                    operation='INSERT OR UPDATE OF "merged_into_id"',
                    pgid="pgtrigger_merged_once_3fbaf",
                    table="cases_patient",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="patientmerge",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen_once_merged_at",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."merged_at" IS NOT NULL)',
                    func="\n            IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - ARRAY['undone_at', 'undone_by_id']::text[]) = (to_jsonb(OLD) - ARRAY['undone_at', 'undone_by_id']::text[]) THEN\n                RETURN NEW;\n            END IF;\n            RAISE EXCEPTION 'this record was signed and cannot be changed'\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'frozen_once_merged_at';\n        ",
                    hash="e20e5b0c2d8118bd4da3d908ab05ef3d1806a993",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_frozen_once_merged_at_8c395",
                    table="cases_patientmerge",
                    when="BEFORE",
                ),
            ),
        ),
    ]
