"""Keeps which mandatory items each signed letter lacks, and works it out for those that are there."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

WORK_OUT = """
INSERT INTO referrals_auditedletter (
    letter_id, clinic_id, referral_id, site_id, podiatrist_id,
    urgency, day, number, mandatory, complete, lacking)
    SELECT l.id, l.clinic_id, l.referral_id, v.site_id, l.signed_by_id, r.urgency,
        (l.signed_at AT TIME ZONE k.time_zone)::date, l.number, a.mandatory,
        a.mandatory - cardinality(a.lacking), a.lacking
    FROM referrals_letter l
    JOIN referrals_referral r ON r.id = l.referral_id
    JOIN cases_visit v ON v.id = r.visit_id
    JOIN clinic_clinic k ON k.id = l.clinic_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS mandatory, COALESCE(array_agg(item ->> 'name' ORDER BY item ->> 'name')
            FILTER (WHERE item ->> 'status' <> 'complete'), '{}') AS lacking
        FROM jsonb_path_query(l.content, '$.sections[*].items[*]') item
        WHERE item ->> 'requirement' = 'M') a
    WHERE true
"""


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0006_lists_by_day'),
        ('referrals', '0011_passages_kept'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditingLetter',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('referrals.letter',),
        ),
        migrations.CreateModel(
            name='AuditedLetter',
            fields=[
                ('letter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='audited', serialize=False, to='referrals.letter')),
                ('urgency', models.CharField(choices=[('emergency', 'Emergency, same day'), ('within_1_working_day', 'Within 1 working day'), ('urgent', 'Urgent, within 2 weeks'), ('soon', 'Soon, about 6 weeks'), ('routine', 'Routine'), ('none', 'No referral suggested')], max_length=24)),
                ('day', models.DateField()),
                ('number', models.PositiveSmallIntegerField()),
                ('mandatory', models.SmallIntegerField()),
                ('complete', models.SmallIntegerField()),
                ('lacking', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None)),
                ('clinic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('podiatrist', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.referral')),
                ('site', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.site')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditingletter',
            trigger=pgtrigger.compiler.Trigger(name='letter_audited', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    INSERT INTO referrals_auditedletter (letter_id, clinic_id, referral_id, site_id, podiatrist_id, urgency, day, number, mandatory, complete, lacking) \n    SELECT l.id, l.clinic_id, l.referral_id, v.site_id, l.signed_by_id, r.urgency,\n        (l.signed_at AT TIME ZONE k.time_zone)::date, l.number, a.mandatory,\n        a.mandatory - cardinality(a.lacking), a.lacking\n    FROM referrals_letter l\n    JOIN referrals_referral r ON r.id = l.referral_id\n    JOIN cases_visit v ON v.id = r.visit_id\n    JOIN clinic_clinic k ON k.id = l.clinic_id\n    CROSS JOIN LATERAL (\n        SELECT count(*) AS mandatory, COALESCE(array_agg(item ->> 'name' ORDER BY item ->> 'name')\n            FILTER (WHERE item ->> 'status' <> 'complete'), '{}') AS lacking\n        FROM jsonb_path_query(l.content, '$.sections[*].items[*]') item\n        WHERE item ->> 'requirement' = 'M') a\n    WHERE l.id = NEW.id;\n                    RETURN NULL;\n                ", hash='d42228f5fb114baa9c857c7c554de2b786cecf06', operation='INSERT', pgid='pgtrigger_letter_audited_ad9e8', table='referrals_letter', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='auditedletter',
            index=models.Index(fields=['clinic', 'day'], name='audited_letter_by_day'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditedletter',
            trigger=pgtrigger.compiler.Trigger(name='letter_in_same_clinic', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.letter_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM referrals_letter\n                WHERE id = NEW.letter_id AND clinic_id = NEW.clinic_id\n            ) THEN\n                RAISE EXCEPTION 'letter belongs to another clinic'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'letter_in_same_clinic';\n            END IF;\n            RETURN NEW;\n        ", hash='f334c60d0b5b58b974d1380dc7b83144860a528e', operation='INSERT OR UPDATE', pgid='pgtrigger_letter_in_same_clinic_3d481', table='referrals_auditedletter', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditedletter',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ced90d9c41cc5c652757e5e26af85a428bfec453', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_44e40', table='referrals_auditedletter', when='BEFORE')),
        ),
        migrations.RunSQL(WORK_OUT, migrations.RunSQL.noop),
    ]
