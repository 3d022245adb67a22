import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0004_daily_email"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("referrals", "0006_emergency_phoned_first"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChaseLetter",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("pdf", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "letter that asks",
                "verbose_name_plural": "letters that ask",
            },
        ),
        migrations.CreateModel(
            name="ChaseLetterEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="dispatch",
            name="dispatch_kept_as_recorded",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="dispatch",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="dispatch",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="dispatch",
            name="delete_delete",
        ),
        migrations.RemoveConstraint(
            model_name="dispatch",
            name="dispatch_audience_is_known",
        ),
        migrations.AddField(
            model_name="dispatch",
            name="chase",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dispatch",
                to="referrals.chase",
            ),
        ),
        migrations.AddField(
            model_name="dispatchevent",
            name="chase",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="referrals.chase",
            ),
        ),
        migrations.AlterField(
            model_name="dispatch",
            name="audience",
            field=models.CharField(
                choices=[
                    ("specialist", "Specialist"),
                    ("gp", "GP"),
                    ("patient", "Patient"),
                    ("chase", "Asking after it"),
                ],
                default="specialist",
                max_length=10,
                verbose_name="for",
            ),
        ),
        migrations.AlterField(
            model_name="dispatchevent",
            name="audience",
            field=models.CharField(
                choices=[
                    ("specialist", "Specialist"),
                    ("gp", "GP"),
                    ("patient", "Patient"),
                    ("chase", "Asking after it"),
                ],
                default="specialist",
                max_length=10,
                verbose_name="for",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispatch",
            trigger=pgtrigger.compiler.Trigger(
                name="dispatch_kept_as_recorded",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."clinic_id" IS DISTINCT FROM (NEW."clinic_id") OR OLD."letter_id" IS DISTINCT FROM (NEW."letter_id") OR OLD."chase_id" IS DISTINCT FROM (NEW."chase_id") OR OLD."audience" IS DISTINCT FROM (NEW."audience") OR OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."recipient" IS DISTINCT FROM (NEW."recipient") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."is_protected" IS DISTINCT FROM (NEW."is_protected") OR OLD."message_id" IS DISTINCT FROM (NEW."message_id") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="3a6269f254ea37cd4704d5553fdac90d09614013",
                    operation="UPDATE",
                    pgid="pgtrigger_dispatch_kept_as_recorded_33d9c",
                    table="referrals_dispatch",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispatch",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "referrals_dispatchevent" ("attempts", "audience", "channel", "chase_id", "clinic_id", "confirmed_at", "confirmed_by_id", "email", "finished_at", "id", "is_protected", "last_error", "letter_id", "message_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recipient", "recorded_at", "recorded_by_id", "sending_since", "sent_on", "sha256", "status", "try_again_at") VALUES (NEW."attempts", NEW."audience", NEW."channel", NEW."chase_id", NEW."clinic_id", NEW."confirmed_at", NEW."confirmed_by_id", NEW."email", NEW."finished_at", NEW."id", NEW."is_protected", NEW."last_error", NEW."letter_id", NEW."message_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recipient", NEW."recorded_at", NEW."recorded_by_id", NEW."sending_since", NEW."sent_on", NEW."sha256", NEW."status", NEW."try_again_at"); RETURN NULL;',
                    hash="7395005db627518ed34bb8b8d629ce00f4f572e9",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f42b6",
                    table="referrals_dispatch",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispatch",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "referrals_dispatchevent" ("attempts", "audience", "channel", "chase_id", "clinic_id", "confirmed_at", "confirmed_by_id", "email", "finished_at", "id", "is_protected", "last_error", "letter_id", "message_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recipient", "recorded_at", "recorded_by_id", "sending_since", "sent_on", "sha256", "status", "try_again_at") VALUES (NEW."attempts", NEW."audience", NEW."channel", NEW."chase_id", NEW."clinic_id", NEW."confirmed_at", NEW."confirmed_by_id", NEW."email", NEW."finished_at", NEW."id", NEW."is_protected", NEW."last_error", NEW."letter_id", NEW."message_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recipient", NEW."recorded_at", NEW."recorded_by_id", NEW."sending_since", NEW."sent_on", NEW."sha256", NEW."status", NEW."try_again_at"); RETURN NULL;',
                    hash="cd1397b48d6f45c23b59b92d9be8e2908173b1fd",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ad8c5",
                    table="referrals_dispatch",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispatch",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "referrals_dispatchevent" ("attempts", "audience", "channel", "chase_id", "clinic_id", "confirmed_at", "confirmed_by_id", "email", "finished_at", "id", "is_protected", "last_error", "letter_id", "message_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recipient", "recorded_at", "recorded_by_id", "sending_since", "sent_on", "sha256", "status", "try_again_at") VALUES (OLD."attempts", OLD."audience", OLD."channel", OLD."chase_id", OLD."clinic_id", OLD."confirmed_at", OLD."confirmed_by_id", OLD."email", OLD."finished_at", OLD."id", OLD."is_protected", OLD."last_error", OLD."letter_id", OLD."message_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."recipient", OLD."recorded_at", OLD."recorded_by_id", OLD."sending_since", OLD."sent_on", OLD."sha256", OLD."status", OLD."try_again_at"); RETURN NULL;',
                    hash="ca22348bd4966bbb3b1af3034a49a872ec83f681",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_baeda",
                    table="referrals_dispatch",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("audience__in", ["specialist", "gp", "patient", "chase"])),
                name="dispatch_audience_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("audience", "chase"), ("chase__isnull", False)),
                    models.Q(models.Q(("audience", "chase"), _negated=True), ("chase__isnull", True)),
                    _connector="OR",
                ),
                name="dispatch_asks_what_a_chase_says",
            ),
        ),
        migrations.AddField(
            model_name="chaseletter",
            name="chase",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="letter_file", to="referrals.chase"
            ),
        ),
        migrations.AddField(
            model_name="chaseletterevent",
            name="chase",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="referrals.chase",
            ),
        ),
        migrations.AddField(
            model_name="chaseletterevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="chaseletterevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="referrals.chaseletter",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="chaseletter",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="501a179dd629a7533896bc179cf3ec3e74476c3f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_a889f",
                    table="referrals_chaseletter",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="chaseletter",
            trigger=pgtrigger.compiler.Trigger(
                name="hash_is_of_these_bytes",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF NEW.sha256 <> encode(sha256(NEW.pdf), 'hex') THEN\n                RAISE EXCEPTION 'the hash is not that of the bytes'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'hash_is_of_these_bytes';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="f554ef0918f906252bf66e350002bacfa33c48e3",
                    operation="INSERT",
                    pgid="pgtrigger_hash_is_of_these_bytes_0b509",
                    table="referrals_chaseletter",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="chaseletter",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "referrals_chaseletterevent" ("chase_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256") VALUES (NEW."chase_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sha256"); RETURN NULL;',
                    hash="d6692044f9675427a54ebfb7c2533e0e67359ccd",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d1f2e",
                    table="referrals_chaseletter",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="chaseletter",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."chase_id" IS DISTINCT FROM (NEW."chase_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256"))',
                    func='INSERT INTO "referrals_chaseletterevent" ("chase_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256") VALUES (NEW."chase_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sha256"); RETURN NULL;',
                    hash="cef5878862cd0eee6d9f79350982fe3e71288a37",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_1b240",
                    table="referrals_chaseletter",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="chaseletter",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "referrals_chaseletterevent" ("chase_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256") VALUES (OLD."chase_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sha256"); RETURN NULL;',
                    hash="ca3520f869aad943ecdcb4fda7498324231225c4",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_571c0",
                    table="referrals_chaseletter",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="chaseletterevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="6cf0a01dceae68f2c299194b7afc62af87daa619",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_1c723",
                    table="referrals_chaseletterevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
