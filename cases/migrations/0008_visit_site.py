"""A visit says where the patient was seen."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0007_names_one_letter_apart'),
        ('clinic', '0005_sites'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='visit',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='visit',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='visit',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='visit',
            name='site',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.site', verbose_name='where'),
        ),
        migrations.AddField(
            model_name='visitevent',
            name='site',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='clinic.site', verbose_name='where'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='visit',
            trigger=pgtrigger.compiler.Trigger(name='site_in_same_clinic', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.site_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM clinic_site\n                WHERE id = NEW.site_id AND clinic_id = NEW.clinic_id\n            ) THEN\n                RAISE EXCEPTION 'site belongs to another clinic'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'site_in_same_clinic';\n            END IF;\n            RETURN NEW;\n        ", hash='c4ee8bc2d0bfd2a1acfc21f14dd7e74a4e7b0f85', operation='INSERT OR UPDATE', pgid='pgtrigger_site_in_same_clinic_ee734', table='cases_visit', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='visit',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_visitevent" ("assessment", "back_dating_reason", "case_id", "clinic_id", "copied_from_id", "created_at", "created_by_id", "examination", "history", "id", "kind", "notes_saved_from", "notes_version", "pain_now", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan", "saved_from", "seen_on", "signed_at", "signed_by_id", "site_id", "to_confirm", "version", "void_reason", "voided_at", "voided_by_id") VALUES (NEW."assessment", NEW."back_dating_reason", NEW."case_id", NEW."clinic_id", NEW."copied_from_id", NEW."created_at", NEW."created_by_id", NEW."examination", NEW."history", NEW."id", NEW."kind", NEW."notes_saved_from", NEW."notes_version", NEW."pain_now", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan", NEW."saved_from", NEW."seen_on", NEW."signed_at", NEW."signed_by_id", NEW."site_id", NEW."to_confirm", NEW."version", NEW."void_reason", NEW."voided_at", NEW."voided_by_id"); RETURN NULL;', hash='1112eeae0a79f5af8de663d2bde7b0ebf49e37bf', operation='INSERT', pgid='pgtrigger_insert_insert_11497', table='cases_visit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='visit',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."assessment" IS DISTINCT FROM (NEW."assessment") OR OLD."back_dating_reason" IS DISTINCT FROM (NEW."back_dating_reason") OR OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."clinic_id" IS DISTINCT FROM (NEW."clinic_id") OR OLD."copied_from_id" IS DISTINCT FROM (NEW."copied_from_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."examination" IS DISTINCT FROM (NEW."examination") OR OLD."history" IS DISTINCT FROM (NEW."history") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."pain_now" IS DISTINCT FROM (NEW."pain_now") OR OLD."plan" IS DISTINCT FROM (NEW."plan") OR OLD."seen_on" IS DISTINCT FROM (NEW."seen_on") OR OLD."signed_at" IS DISTINCT FROM (NEW."signed_at") OR OLD."signed_by_id" IS DISTINCT FROM (NEW."signed_by_id") OR OLD."site_id" IS DISTINCT FROM (NEW."site_id") OR OLD."to_confirm" IS DISTINCT FROM (NEW."to_confirm") OR OLD."void_reason" IS DISTINCT FROM (NEW."void_reason") OR OLD."voided_at" IS DISTINCT FROM (NEW."voided_at") OR OLD."voided_by_id" IS DISTINCT FROM (NEW."voided_by_id"))', func='INSERT INTO "cases_visitevent" ("assessment", "back_dating_reason", "case_id", "clinic_id", "copied_from_id", "created_at", "created_by_id", "examination", "history", "id", "kind", "notes_saved_from", "notes_version", "pain_now", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan", "saved_from", "seen_on", "signed_at", "signed_by_id", "site_id", "to_confirm", "version", "void_reason", "voided_at", "voided_by_id") VALUES (NEW."assessment", NEW."back_dating_reason", NEW."case_id", NEW."clinic_id", NEW."copied_from_id", NEW."created_at", NEW."created_by_id", NEW."examination", NEW."history", NEW."id", NEW."kind", NEW."notes_saved_from", NEW."notes_version", NEW."pain_now", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan", NEW."saved_from", NEW."seen_on", NEW."signed_at", NEW."signed_by_id", NEW."site_id", NEW."to_confirm", NEW."version", NEW."void_reason", NEW."voided_at", NEW."voided_by_id"); RETURN NULL;', hash='997d97c4db6a7ff0bb958c96901fb95aa636aa94', operation='UPDATE', pgid='pgtrigger_update_update_a3c6e', table='cases_visit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='visit',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "cases_visitevent" ("assessment", "back_dating_reason", "case_id", "clinic_id", "copied_from_id", "created_at", "created_by_id", "examination", "history", "id", "kind", "notes_saved_from", "notes_version", "pain_now", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan", "saved_from", "seen_on", "signed_at", "signed_by_id", "site_id", "to_confirm", "version", "void_reason", "voided_at", "voided_by_id") VALUES (OLD."assessment", OLD."back_dating_reason", OLD."case_id", OLD."clinic_id", OLD."copied_from_id", OLD."created_at", OLD."created_by_id", OLD."examination", OLD."history", OLD."id", OLD."kind", OLD."notes_saved_from", OLD."notes_version", OLD."pain_now", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan", OLD."saved_from", OLD."seen_on", OLD."signed_at", OLD."signed_by_id", OLD."site_id", OLD."to_confirm", OLD."version", OLD."void_reason", OLD."voided_at", OLD."voided_by_id"); RETURN NULL;', hash='5df8bd37ed6b210a2f111097e66629f19451bcf7', operation='DELETE', pgid='pgtrigger_delete_delete_df6ec', table='cases_visit', when='AFTER')),
        ),
    ]
