"""The clinics as migrations 0001 to 0003 leave them, made in one step where the database is empty.

It is to them what the first migration of cases is to those that one replaces; see there.
"""

import clinic.models
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import uuid
from django.conf import settings
from django.db import migrations, models

from clinic import sql


class Migration(migrations.Migration):

    replaces = [('clinic', '0001_initial'), ('clinic', '0002_sent_forms'), ('clinic', '0003_calendar_logo_and_signature')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGinExtension(
        ),
        django.contrib.postgres.operations.TrigramExtension(
        ),
        django.contrib.postgres.operations.UnaccentExtension(
        ),
        migrations.RunSQL(sql.CREATE_FOLD, sql.DROP_FOLD),
        migrations.RunSQL(sql.CREATE_ACCESS_HASH, sql.DROP_ACCESS_HASH),
        migrations.CreateModel(
            name='CacheEntry',
            fields=[
                ('cache_key', models.CharField(max_length=255, primary_key=True, serialize=False)),
                ('value', models.TextField()),
                ('expires', models.DateTimeField(db_index=True)),
            ],
            options={
                'db_table': 'clinic_cache',
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                ('name', models.CharField(max_length=120, verbose_name='full name')),
                ('profession', models.CharField(blank=True, max_length=80, verbose_name='profession')),
                ('registration_number', models.CharField(blank=True, help_text='As letters show it, for example HCPC CH12345.', max_length=40, verbose_name='registration number')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'ordering': ['name'],
                'indexes': [],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_once_in_any_case')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_userevent" ("date_joined", "email", "id", "is_active", "is_staff", "is_superuser", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profession", "registration_number") VALUES (NEW."date_joined", NEW."email", NEW."id", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."profession", NEW."registration_number"); RETURN NULL;', hash='9bd63a8b254b07c206f71f11f59843b892819106', operation='INSERT', pgid='pgtrigger_insert_insert_2f1a2', table='clinic_user', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."date_joined" IS DISTINCT FROM (NEW."date_joined") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."profession" IS DISTINCT FROM (NEW."profession") OR OLD."registration_number" IS DISTINCT FROM (NEW."registration_number"))', func='INSERT INTO "clinic_userevent" ("date_joined", "email", "id", "is_active", "is_staff", "is_superuser", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profession", "registration_number") VALUES (NEW."date_joined", NEW."email", NEW."id", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."profession", NEW."registration_number"); RETURN NULL;', hash='dafcc7cf76ee1ca47fc0ad40441feaca5d125f4c', operation='UPDATE', pgid='pgtrigger_update_update_8b9bb', table='clinic_user', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_userevent" ("date_joined", "email", "id", "is_active", "is_staff", "is_superuser", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profession", "registration_number") VALUES (OLD."date_joined", OLD."email", OLD."id", OLD."is_active", OLD."is_staff", OLD."is_superuser", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."profession", OLD."registration_number"); RETURN NULL;', hash='c4391c04dba546875f55f131d99818fe65ce6560', operation='DELETE', pgid='pgtrigger_delete_delete_c1c44', table='clinic_user', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Clinic',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('slug', models.SlugField(unique=True, verbose_name='short name')),
                ('address', models.TextField(max_length=500, verbose_name='address')),
                ('phone', models.CharField(max_length=40, verbose_name='telephone')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('letterhead_line', models.CharField(blank=True, max_length=160, verbose_name='line under the name in letters')),
                ('time_zone', models.CharField(default='Europe/London', max_length=64, validators=[clinic.models.validate_time_zone], verbose_name='time zone')),
                ('locale', models.CharField(default='en-gb', max_length=10, verbose_name='language')),
                ('emergency_advice', models.TextField(blank=True, help_text='Whom to phone, with numbers. Shown when a screening says emergency.', max_length=1000, verbose_name='what to do in an emergency')),
                ('urgent_days', models.PositiveSmallIntegerField(default=14, verbose_name='days for an urgent referral')),
                ('soon_days', models.PositiveSmallIntegerField(default=42, verbose_name='days for a soon referral')),
                ('routine_days', models.PositiveSmallIntegerField(default=126, verbose_name='days for a routine referral')),
                ('acknowledge_days', models.PositiveSmallIntegerField(default=7, verbose_name='days until a sent referral should be acknowledged')),
                ('referral_coordinator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who owns a referral once it is signed')),
                ('copy_to_gp', models.BooleanField(default=True, verbose_name='send the GP a copy of each letter')),
                ('copy_to_patient', models.BooleanField(default=True, verbose_name='send the patient a copy in plain words')),
                ('cosign_letters', models.BooleanField(default=False, verbose_name='letters are signed by two podiatrists')),
                ('escalate_after_days', models.PositiveSmallIntegerField(default=3, verbose_name='working days after which an overdue referral goes to the lead podiatrist and the manager')),
                ('working_days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=clinic.models.monday_to_friday, help_text='0 is Monday, 6 is Sunday.', size=None, verbose_name='days on which the clinic is open')),
            ],
            options={
                'verbose_name': 'clinic',
                'verbose_name_plural': 'clinics',
                'ordering': ['name'],
                'indexes': [],
                'constraints': [models.CheckConstraint(condition=models.Q(('working_days__len__gte', 1), ('working_days__contained_by', [0, 1, 2, 3, 4, 5, 6])), name='clinic_is_open_on_some_day')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_clinicevent" ("acknowledge_days", "address", "copy_to_gp", "copy_to_patient", "cosign_letters", "email", "emergency_advice", "escalate_after_days", "id", "letterhead_line", "locale", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "referral_coordinator_id", "routine_days", "slug", "soon_days", "time_zone", "urgent_days", "working_days") VALUES (NEW."acknowledge_days", NEW."address", NEW."copy_to_gp", NEW."copy_to_patient", NEW."cosign_letters", NEW."email", NEW."emergency_advice", NEW."escalate_after_days", NEW."id", NEW."letterhead_line", NEW."locale", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."referral_coordinator_id", NEW."routine_days", NEW."slug", NEW."soon_days", NEW."time_zone", NEW."urgent_days", NEW."working_days"); RETURN NULL;', hash='048247d541b9795a38421f3e730736a16e5807a8', operation='INSERT', pgid='pgtrigger_insert_insert_89e20', table='clinic_clinic', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "clinic_clinicevent" ("acknowledge_days", "address", "copy_to_gp", "copy_to_patient", "cosign_letters", "email", "emergency_advice", "escalate_after_days", "id", "letterhead_line", "locale", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "referral_coordinator_id", "routine_days", "slug", "soon_days", "time_zone", "urgent_days", "working_days") VALUES (NEW."acknowledge_days", NEW."address", NEW."copy_to_gp", NEW."copy_to_patient", NEW."cosign_letters", NEW."email", NEW."emergency_advice", NEW."escalate_after_days", NEW."id", NEW."letterhead_line", NEW."locale", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."referral_coordinator_id", NEW."routine_days", NEW."slug", NEW."soon_days", NEW."time_zone", NEW."urgent_days", NEW."working_days"); RETURN NULL;', hash='e8042ab486a9d0f105468a61acb70611aa1d50e7', operation='UPDATE', pgid='pgtrigger_update_update_20361', table='clinic_clinic', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_clinicevent" ("acknowledge_days", "address", "copy_to_gp", "copy_to_patient", "cosign_letters", "email", "emergency_advice", "escalate_after_days", "id", "letterhead_line", "locale", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "referral_coordinator_id", "routine_days", "slug", "soon_days", "time_zone", "urgent_days", "working_days") VALUES (OLD."acknowledge_days", OLD."address", OLD."copy_to_gp", OLD."copy_to_patient", OLD."cosign_letters", OLD."email", OLD."emergency_advice", OLD."escalate_after_days", OLD."id", OLD."letterhead_line", OLD."locale", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."referral_coordinator_id", OLD."routine_days", OLD."slug", OLD."soon_days", OLD."time_zone", OLD."urgent_days", OLD."working_days"); RETURN NULL;', hash='52f7aaf76f0fce7949acc748f17eb9a0e0386eda', operation='DELETE', pgid='pgtrigger_delete_delete_b174d', table='clinic_clinic', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='AccessLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(editable=False)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('action', models.CharField(max_length=80)),
                ('patients', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('hash', models.CharField(editable=False, max_length=64)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
            ],
            options={
                'verbose_name': 'page shown',
                'verbose_name_plural': 'pages shown',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['patients'], name='access_log_by_patient')],
                'constraints': [models.UniqueConstraint(fields=('clinic', 'number'), name='access_log_number_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c5d3e4309c0f885ad9d693654c84ed3c5abde934', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_256b2', table='clinic_accesslog', when='BEFORE')), pgtrigger.compiler.Trigger(name='chained', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE previous clinic_accesslog%ROWTYPE;', func="\n                    PERFORM pg_advisory_xact_lock(\n                        hashtext('clinic_accesslog'), hashtext(NEW.clinic_id::text));\n                    SELECT * INTO previous FROM clinic_accesslog\n                        WHERE clinic_id = NEW.clinic_id ORDER BY number DESC LIMIT 1;\n                    NEW.number := COALESCE(previous.number, 0) + 1;\n                    NEW.hash := clinic_access_hash(COALESCE(previous.hash, ''), NEW.number,\n                        NEW.clinic_id, NEW.user_id, NEW.at, NEW.action, NEW.patients);\n                    RETURN NEW;\n                ", hash='bed61e815c755eea3a987f553e99feb8052af4a7', operation='INSERT', pgid='pgtrigger_chained_d15bb', table='clinic_accesslog', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ClinicEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('slug', models.SlugField(db_index=False, verbose_name='short name')),
                ('address', models.TextField(max_length=500, verbose_name='address')),
                ('phone', models.CharField(max_length=40, verbose_name='telephone')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('letterhead_line', models.CharField(blank=True, max_length=160, verbose_name='line under the name in letters')),
                ('time_zone', models.CharField(default='Europe/London', max_length=64, validators=[clinic.models.validate_time_zone], verbose_name='time zone')),
                ('locale', models.CharField(default='en-gb', max_length=10, verbose_name='language')),
                ('emergency_advice', models.TextField(blank=True, help_text='Whom to phone, with numbers. Shown when a screening says emergency.', max_length=1000, verbose_name='what to do in an emergency')),
                ('urgent_days', models.PositiveSmallIntegerField(default=14, verbose_name='days for an urgent referral')),
                ('soon_days', models.PositiveSmallIntegerField(default=42, verbose_name='days for a soon referral')),
                ('routine_days', models.PositiveSmallIntegerField(default=126, verbose_name='days for a routine referral')),
                ('acknowledge_days', models.PositiveSmallIntegerField(default=7, verbose_name='days until a sent referral should be acknowledged')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='clinic.clinic')),
                ('referral_coordinator', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who owns a referral once it is signed')),
                ('copy_to_gp', models.BooleanField(default=True, verbose_name='send the GP a copy of each letter')),
                ('copy_to_patient', models.BooleanField(default=True, verbose_name='send the patient a copy in plain words')),
                ('cosign_letters', models.BooleanField(default=False, verbose_name='letters are signed by two podiatrists')),
                ('escalate_after_days', models.PositiveSmallIntegerField(default=3, verbose_name='working days after which an overdue referral goes to the lead podiatrist and the manager')),
                ('working_days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=clinic.models.monday_to_friday, help_text='0 is Monday, 6 is Sunday.', size=None, verbose_name='days on which the clinic is open')),
            ],
            options={
                'abstract': False,
                'indexes': [],
                'constraints': [],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e95756292361c8b8898d01ff547da61543329260', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6f503', table='clinic_clinicevent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('podiatrist', 'Podiatrist'), ('admin_staff', 'Admin staff'), ('manager', 'Manager'), ('auditor', 'Auditor')], max_length=20, verbose_name='role')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='clinic.clinic')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'ordering': ['clinic__name', 'user__name'],
                'indexes': [],
                'constraints': [models.UniqueConstraint(fields=('user', 'clinic'), name='one_membership_a_clinic'), models.CheckConstraint(condition=models.Q(('role__in', ['podiatrist', 'admin_staff', 'manager', 'auditor'])), name='membership_role_is_known')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_membershipevent" ("clinic_id", "created_at", "id", "is_active", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") VALUES (NEW."clinic_id", NEW."created_at", NEW."id", NEW."is_active", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."user_id"); RETURN NULL;', hash='919c73613935fe98ad6dfc686a60c2c4ce03174d', operation='INSERT', pgid='pgtrigger_insert_insert_847aa', table='clinic_membership', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "clinic_membershipevent" ("clinic_id", "created_at", "id", "is_active", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") VALUES (NEW."clinic_id", NEW."created_at", NEW."id", NEW."is_active", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."user_id"); RETURN NULL;', hash='9a4781ca0a910ed7267669e884bddafa9bfac80a', operation='UPDATE', pgid='pgtrigger_update_update_d0685', table='clinic_membership', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_membershipevent" ("clinic_id", "created_at", "id", "is_active", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") VALUES (OLD."clinic_id", OLD."created_at", OLD."id", OLD."is_active", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."role", OLD."user_id"); RETURN NULL;', hash='77fb7371756ff0f5f8618ff43910175f5386c478', operation='DELETE', pgid='pgtrigger_delete_delete_e1e0f', table='clinic_membership', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='MembershipEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('role', models.CharField(choices=[('podiatrist', 'Podiatrist'), ('admin_staff', 'Admin staff'), ('manager', 'Manager'), ('auditor', 'Auditor')], max_length=20, verbose_name='role')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('clinic', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='clinic.clinic')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='clinic.membership')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'indexes': [],
                'constraints': [],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='282aa109f2c954233ef228a98b77dc0407d63b29', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_1b76a', table='clinic_membershipevent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='UserEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('name', models.CharField(max_length=120, verbose_name='full name')),
                ('profession', models.CharField(blank=True, max_length=80, verbose_name='profession')),
                ('registration_number', models.CharField(blank=True, help_text='As letters show it, for example HCPC CH12345.', max_length=40, verbose_name='registration number')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'indexes': [],
                'constraints': [],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a535f1d0fb5444a6a16797c1a08f0f380cadd8c5', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0aa3e', table='clinic_userevent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='SentForm',
            fields=[
                ('token', models.UUIDField(primary_key=True, serialize=False)),
                ('path', models.CharField(max_length=300)),
                ('location', models.CharField(max_length=300)),
                ('sent_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Closure',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('on', models.DateField(verbose_name='closed on')),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='why')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closures', to='clinic.clinic')),
            ],
            options={
                'verbose_name': 'day on which the clinic is closed',
                'verbose_name_plural': 'days on which the clinic is closed',
                'ordering': ['on'],
                'indexes': [],
                'constraints': [models.UniqueConstraint(fields=('clinic', 'on'), name='closed_once_a_day')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_closureevent" ("clinic_id", "id", "name", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."clinic_id", NEW."id", NEW."name", NEW."on", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='a801d9774182b2fe1eadbb8262bb07b0978844f4', operation='INSERT', pgid='pgtrigger_insert_insert_7d653', table='clinic_closure', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "clinic_closureevent" ("clinic_id", "id", "name", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."clinic_id", NEW."id", NEW."name", NEW."on", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='734537c4994b76c247412fbf696ea8665a5cc539', operation='UPDATE', pgid='pgtrigger_update_update_940e0', table='clinic_closure', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_closureevent" ("clinic_id", "id", "name", "on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."clinic_id", OLD."id", OLD."name", OLD."on", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='96f9a00c96ee079fd2c10ac47935cd8db24ac396', operation='DELETE', pgid='pgtrigger_delete_delete_20cdb', table='clinic_closure', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='ClosureEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('on', models.DateField(verbose_name='closed on')),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='why')),
                ('clinic', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='clinic.clinic')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='clinic.closure')),
            ],
            options={
                'abstract': False,
                'indexes': [],
                'constraints': [],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5fd5b2c305e1a1f74964afe38ef3778d996eb6de', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4880b', table='clinic_closureevent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Logo',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('png', models.BinaryField()),
                ('alt', models.CharField(max_length=120, verbose_name='what it shows')),
                ('clinic', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='logo', to='clinic.clinic')),
            ],
            options={
                'verbose_name': 'logo',
                'verbose_name_plural': 'logos',
                'indexes': [],
                'constraints': [],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_logoevent" ("alt", "clinic_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."alt", NEW."clinic_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='994ac47a39c1fbb1bdbb581e3dff3df5eaa801f6', operation='INSERT', pgid='pgtrigger_insert_insert_df83b', table='clinic_logo', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."alt" IS DISTINCT FROM (NEW."alt") OR OLD."clinic_id" IS DISTINCT FROM (NEW."clinic_id") OR OLD."id" IS DISTINCT FROM (NEW."id"))', func='INSERT INTO "clinic_logoevent" ("alt", "clinic_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."alt", NEW."clinic_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='54ada9aaa910d47323159c1f5f71d060e821ae56', operation='UPDATE', pgid='pgtrigger_update_update_3d7ec', table='clinic_logo', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_logoevent" ("alt", "clinic_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."alt", OLD."clinic_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='0973a0ba4ca4b804be6856442ed67fede1317354', operation='DELETE', pgid='pgtrigger_delete_delete_b6161', table='clinic_logo', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='LogoEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('alt', models.CharField(max_length=120, verbose_name='what it shows')),
                ('clinic', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='clinic.clinic')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='clinic.logo')),
            ],
            options={
                'abstract': False,
                'indexes': [],
                'constraints': [],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1e8781386666b09a39f28527ab882b0634c0a114', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3c6d6', table='clinic_logoevent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='SignatureImage',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('png', models.BinaryField()),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='signature_image', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'signature',
                'verbose_name_plural': 'signatures',
                'indexes': [],
                'constraints': [],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_signatureimageevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."user_id"); RETURN NULL;', hash='c17bf7f9e8c5c824bd987de8afaddd10e1ab71df', operation='INSERT', pgid='pgtrigger_insert_insert_2af0b', table='clinic_signatureimage', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func='INSERT INTO "clinic_signatureimageevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."user_id"); RETURN NULL;', hash='46d9672a4a6496ba2ec5beaeed925ad3c172aaf5', operation='UPDATE', pgid='pgtrigger_update_update_76c0b', table='clinic_signatureimage', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clinic_signatureimageevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."user_id"); RETURN NULL;', hash='66ebe978f2f23552944964b7e89705c2c8aa7f52', operation='DELETE', pgid='pgtrigger_delete_delete_e996f', table='clinic_signatureimage', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='SignatureImageEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='clinic.signatureimage')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'indexes': [],
                'constraints': [],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='915280a96d54ba8b2a46aa6f83d07ef72a016ace', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_22783', table='clinic_signatureimageevent', when='BEFORE'))],
            },
        ),
    ]
