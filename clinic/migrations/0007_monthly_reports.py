"""Managers are sent the reports of each month, once."""

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0006_lists_by_day'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='MonthlyReport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField()),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'monthly report',
                'verbose_name_plural': 'monthly reports',
            },
        ),
        migrations.CreateModel(
            name='MonthlyReportEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('month', models.DateField()),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='user',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='user',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='user',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='user',
            name='monthly_email',
            field=models.BooleanField(default=True, verbose_name="monthly e-mail of the clinic's reports"),
        ),
        migrations.AddField(
            model_name='userevent',
            name='monthly_email',
            field=models.BooleanField(default=True, verbose_name="monthly e-mail of the clinic's reports"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_userevent" ("daily_email", "date_joined", "email", "id", "is_active", "is_staff", "is_superuser", "monthly_email", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profession", "registration_number") VALUES (NEW."daily_email", NEW."date_joined", NEW."email", NEW."id", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."monthly_email", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."profession", NEW."registration_number"); RETURN NULL;', hash='51cacda0c3c9f06f48b5673f7496bde11259f398', operation='INSERT', pgid='pgtrigger_insert_insert_2f1a2', table='clinic_user', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."daily_email" IS DISTINCT FROM (NEW."daily_email") OR OLD."date_joined" IS DISTINCT FROM (NEW."date_joined") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."monthly_email" IS DISTINCT FROM (NEW."monthly_email") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."profession" IS DISTINCT FROM (NEW."profession") OR OLD."registration_number" IS DISTINCT FROM (NEW."registration_number"))', func='INSERT INTO "clinic_userevent" ("daily_email", "date_joined", "email", "id", "is_active", "is_staff", "is_superuser", "monthly_email", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profession", "registration_number") VALUES (NEW."daily_email", NEW."date_joined", NEW."email", NEW."id", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."monthly_email", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."profession", NEW."registration_number"); RETURN NULL;', hash='e5f3c01321f0a3c351079b550339714acc14607e', operation='UPDATE', pgid='pgtrigger_update_update_8b9bb', table='clinic_user', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_userevent" ("daily_email", "date_joined", "email", "id", "is_active", "is_staff", "is_superuser", "monthly_email", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profession", "registration_number") VALUES (OLD."daily_email", OLD."date_joined", OLD."email", OLD."id", OLD."is_active", OLD."is_staff", OLD."is_superuser", OLD."monthly_email", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."profession", OLD."registration_number"); RETURN NULL;', hash='a20a31f6ddc33343d7846b08fe1ff4aba21d6ad2', operation='DELETE', pgid='pgtrigger_delete_delete_c1c44', table='clinic_user', when='AFTER')),
        ),
        migrations.AddField(
            model_name='monthlyreport',
            name='clinic',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='monthly_reports', to='clinic.clinic'),
        ),
        migrations.AddField(
            model_name='monthlyreport',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='monthly_reports', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='monthlyreportevent',
            name='clinic',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='clinic.clinic'),
        ),
        migrations.AddField(
            model_name='monthlyreportevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='monthlyreportevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='clinic.monthlyreport'),
        ),
        migrations.AddField(
            model_name='monthlyreportevent',
            name='user',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='monthlyreport',
            constraint=models.UniqueConstraint(fields=('clinic', 'user', 'month'), name='one_report_a_month'),
        ),
        migrations.AddConstraint(
            model_name='monthlyreport',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='month_is_its_first_day'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='monthlyreport',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4bf463fe602db1212ae10f3bc7eb8534a4f2ad3f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c958a', table='clinic_monthlyreport', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='monthlyreport',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_monthlyreportevent" ("clinic_id", "id", "month", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sent_at", "user_id") VALUES (NEW."clinic_id", NEW."id", NEW."month", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sent_at", NEW."user_id"); RETURN NULL;', hash='540ef9057833dbec2c3557d4f4e2dd80a48a6733', operation='INSERT', pgid='pgtrigger_insert_insert_7e020', table='clinic_monthlyreport', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='monthlyreport',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "clinic_monthlyreportevent" ("clinic_id", "id", "month", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sent_at", "user_id") VALUES (NEW."clinic_id", NEW."id", NEW."month", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sent_at", NEW."user_id"); RETURN NULL;', hash='d0edbeb2a7b615113a1532afd8409ec0ec8215c0', operation='UPDATE', pgid='pgtrigger_update_update_ba75d', table='clinic_monthlyreport', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='monthlyreport',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_monthlyreportevent" ("clinic_id", "id", "month", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sent_at", "user_id") VALUES (OLD."clinic_id", OLD."id", OLD."month", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sent_at", OLD."user_id"); RETURN NULL;', hash='9776f10627faa3d18eaca376d648e1b0fb28ad1e', operation='DELETE', pgid='pgtrigger_delete_delete_9e67b', table='clinic_monthlyreport', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='monthlyreportevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a9ae31177b45e07ab7e54b9c070c62979b2ed6de', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fd628', table='clinic_monthlyreportevent', when='BEFORE')),
        ),
    ]
