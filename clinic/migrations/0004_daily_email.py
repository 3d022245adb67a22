import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0003_calendar_logo_and_signature"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="user",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="user",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="user",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="user",
            name="daily_email",
            field=models.BooleanField(default=True, verbose_name="daily e-mail of referrals in hand"),
        ),
        migrations.AddField(
            model_name="userevent",
            name="daily_email",
            field=models.BooleanField(default=True, verbose_name="daily e-mail of referrals in hand"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clinic_userevent" ("daily_email", "date_joined", "email", "id", "is_active", "is_staff", "is_superuser", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profession", "registration_number") VALUES (NEW."daily_email", NEW."date_joined", NEW."email", NEW."id", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."profession", NEW."registration_number"); RETURN NULL;',
                    hash="f379702a70acf956693906b19e087b14661da7fe",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_2f1a2",
                    table="clinic_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."daily_email" IS DISTINCT FROM (NEW."daily_email") OR OLD."date_joined" IS DISTINCT FROM (NEW."date_joined") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."profession" IS DISTINCT FROM (NEW."profession") OR OLD."registration_number" IS DISTINCT FROM (NEW."registration_number"))',
                    func='INSERT INTO "clinic_userevent" ("daily_email", "date_joined", "email", "id", "is_active", "is_staff", "is_superuser", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profession", "registration_number") VALUES (NEW."daily_email", NEW."date_joined", NEW."email", NEW."id", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."profession", NEW."registration_number"); RETURN NULL;',
                    hash="d1ee2a168b59ab85df93e67d80bf1b7fb3876e11",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_8b9bb",
                    table="clinic_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clinic_userevent" ("daily_email", "date_joined", "email", "id", "is_active", "is_staff", "is_superuser", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profession", "registration_number") VALUES (OLD."daily_email", OLD."date_joined", OLD."email", OLD."id", OLD."is_active", OLD."is_staff", OLD."is_superuser", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."profession", OLD."registration_number"); RETURN NULL;',
                    hash="c2b605c2cb5550e397cbc9ad5e042a4259218a5e",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_c1c44",
                    table="clinic_user",
                    when="AFTER",
                ),
            ),
        ),
    ]
