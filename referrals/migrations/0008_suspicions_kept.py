"""Keeps the suspicions that wait for a decision, and works out those of the cases that are there."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

WORK_OUT = """
    INSERT INTO referrals_undecided (case_id, clinic_id, visit_id, lead_id, rank, seen_on, begun_at)
    SELECT DISTINCT ON (c.id) c.id, c.clinic_id, v.id,
        CASE WHEN c.status = 'open' THEN c.lead_id END,
        CASE WHEN s.urgency IN ('emergency', 'within_1_working_day') THEN 0 ELSE 1 END, v.seen_on, v.created_at
    FROM cases_case c JOIN cases_visit v ON v.case_id = c.id JOIN cases_screening s ON s.visit_id = v.id
    WHERE true AND v.signed_at IS NOT NULL AND v.voided_at IS NULL
        AND (s.refer OR s.decided_origin IN ('back', 'hip', 'mixed', 'systemic'))
        AND NOT EXISTS (
            SELECT FROM referrals_referral r WHERE r.case_id = v.case_id AND r.state <> 'cancelled'
                AND (r.visit_id = v.id OR r.created_at >= v.signed_at
                    OR r.state IN ('acknowledged', 'booked', 'declined', 'did_not_attend', 'draft', 'replied', 'seen', 'sent', 'signed')))
        AND NOT EXISTS (
            SELECT FROM referrals_notreferring n JOIN cases_visit w ON w.id = n.visit_id
            WHERE w.case_id = v.case_id AND n.withdrawn_at IS NULL AND w.voided_at IS NULL
                AND w.seen_on >= v.seen_on)
    ORDER BY c.id, v.seen_on DESC, v.created_at DESC
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0007_names_one_letter_apart'),
        ('clinic', '0003_calendar_logo_and_signature'),
        ('referrals', '0007_chases_that_leave'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Undecided',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='cases.case')),
                ('rank', models.SmallIntegerField()),
                ('seen_on', models.DateField()),
                ('begun_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('lead', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('visit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='undecided', to='cases.visit')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='undecided',
            index=models.Index(condition=models.Q(('lead__isnull', False)), fields=['lead', 'clinic', 'rank', 'seen_on', 'begun_at'], name='undecided_of_lead'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='undecided',
            trigger=pgtrigger.compiler.Trigger(name='case_in_same_clinic', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.case_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM cases_case\n                WHERE id = NEW.case_id AND clinic_id = NEW.clinic_id\n            ) THEN\n                RAISE EXCEPTION 'case belongs to another clinic'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'case_in_same_clinic';\n            END IF;\n            RETURN NEW;\n        ", hash='dcdb87025d043380fb7ca02262636520779e91a9', operation='INSERT OR UPDATE', pgid='pgtrigger_case_in_same_clinic_b16ce', table='referrals_undecided', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='undecided',
            trigger=pgtrigger.compiler.Trigger(name='visit_in_same_case', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.visit_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM cases_visit\n                WHERE id = NEW.visit_id AND case_id = NEW.case_id\n            ) THEN\n                RAISE EXCEPTION 'visit belongs to another case'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_in_same_case';\n            END IF;\n            RETURN NEW;\n        ", hash='4d90fd582abe505c1b3d11f1fbbc8911a6fc39c4', operation='INSERT OR UPDATE', pgid='pgtrigger_visit_in_same_case_3629d', table='referrals_undecided', when='BEFORE')),
        ),
        migrations.CreateModel(
            name='AnsweringDecision',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('referrals.notreferring',),
        ),
        migrations.CreateModel(
            name='AnsweringReferral',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('referrals.referral',),
        ),
        migrations.CreateModel(
            name='AskedCase',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('cases.case',),
        ),
        migrations.CreateModel(
            name='AskingScreening',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('cases.screening',),
        ),
        migrations.CreateModel(
            name='AskingVisit',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('cases.visit',),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='answeringdecision',
            trigger=pgtrigger.compiler.Trigger(name='undecided_by_decision', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE touched uuid[];', func="\n            touched := ARRAY(SELECT case_id FROM cases_visit WHERE id = NEW.visit_id);\n            PERFORM FROM cases_case WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;\n            DELETE FROM referrals_undecided WHERE case_id = ANY(touched);\n            INSERT INTO referrals_undecided (case_id, clinic_id, visit_id, lead_id, rank, seen_on, begun_at) \n    SELECT DISTINCT ON (c.id) c.id, c.clinic_id, v.id,\n        CASE WHEN c.status = 'open' THEN c.lead_id END,\n        CASE WHEN s.urgency IN ('emergency', 'within_1_working_day') THEN 0 ELSE 1 END, v.seen_on, v.created_at\n    FROM cases_case c JOIN cases_visit v ON v.case_id = c.id JOIN cases_screening s ON s.visit_id = v.id\n    WHERE c.id = ANY(touched) AND v.signed_at IS NOT NULL AND v.voided_at IS NULL\n        AND (s.refer OR s.decided_origin IN ('back', 'hip', 'mixed', 'systemic'))\n        AND NOT EXISTS (\n            SELECT FROM referrals_referral r WHERE r.case_id = v.case_id AND r.state <> 'cancelled'\n                AND (r.visit_id = v.id OR r.created_at >= v.signed_at\n                    OR r.state IN ('acknowledged', 'booked', 'declined', 'did_not_attend', 'draft', 'replied', 'seen', 'sent', 'signed')))\n        AND NOT EXISTS (\n            SELECT FROM referrals_notreferring n JOIN cases_visit w ON w.id = n.visit_id\n            WHERE w.case_id = v.case_id AND n.withdrawn_at IS NULL AND w.voided_at IS NULL\n                AND w.seen_on >= v.seen_on)\n    ORDER BY c.id, v.seen_on DESC, v.created_at DESC;\n            RETURN NULL;\n        ", hash='0425b37b8f76861884e6cdfb11425959bfeb3e78', operation='INSERT OR UPDATE OF "withdrawn_at"', pgid='pgtrigger_undecided_by_decision_086f6', table='referrals_notreferring', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='answeringreferral',
            trigger=pgtrigger.compiler.Trigger(name='undecided_by_new_referral', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE touched uuid[];', func="\n            touched := ARRAY[NEW.case_id];\n            PERFORM FROM cases_case WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;\n            DELETE FROM referrals_undecided WHERE case_id = ANY(touched);\n            INSERT INTO referrals_undecided (case_id, clinic_id, visit_id, lead_id, rank, seen_on, begun_at) \n    SELECT DISTINCT ON (c.id) c.id, c.clinic_id, v.id,\n        CASE WHEN c.status = 'open' THEN c.lead_id END,\n        CASE WHEN s.urgency IN ('emergency', 'within_1_working_day') THEN 0 ELSE 1 END, v.seen_on, v.created_at\n    FROM cases_case c JOIN cases_visit v ON v.case_id = c.id JOIN cases_screening s ON s.visit_id = v.id\n    WHERE c.id = ANY(touched) AND v.signed_at IS NOT NULL AND v.voided_at IS NULL\n        AND (s.refer OR s.decided_origin IN ('back', 'hip', 'mixed', 'systemic'))\n        AND NOT EXISTS (\n            SELECT FROM referrals_referral r WHERE r.case_id = v.case_id AND r.state <> 'cancelled'\n                AND (r.visit_id = v.id OR r.created_at >= v.signed_at\n                    OR r.state IN ('acknowledged', 'booked', 'declined', 'did_not_attend', 'draft', 'replied', 'seen', 'sent', 'signed')))\n        AND NOT EXISTS (\n            SELECT FROM referrals_notreferring n JOIN cases_visit w ON w.id = n.visit_id\n            WHERE w.case_id = v.case_id AND n.withdrawn_at IS NULL AND w.voided_at IS NULL\n                AND w.seen_on >= v.seen_on)\n    ORDER BY c.id, v.seen_on DESC, v.created_at DESC;\n            RETURN NULL;\n        ", hash='ab5b269e46885ffef03175ade7a1f4ba79ce0049', operation='INSERT', pgid='pgtrigger_undecided_by_new_referral_51120', table='referrals_referral', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='answeringreferral',
            trigger=pgtrigger.compiler.Trigger(name='undecided_by_referral', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."visit_id" IS DISTINCT FROM (NEW."visit_id"))', declare='DECLARE touched uuid[];', func="\n            touched := ARRAY[OLD.case_id, NEW.case_id];\n            PERFORM FROM cases_case WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;\n            DELETE FROM referrals_undecided WHERE case_id = ANY(touched);\n            INSERT INTO referrals_undecided (case_id, clinic_id, visit_id, lead_id, rank, seen_on, begun_at) \n    SELECT DISTINCT ON (c.id) c.id, c.clinic_id, v.id,\n        CASE WHEN c.status = 'open' THEN c.lead_id END,\n        CASE WHEN s.urgency IN ('emergency', 'within_1_working_day') THEN 0 ELSE 1 END, v.seen_on, v.created_at\n    FROM cases_case c JOIN cases_visit v ON v.case_id = c.id JOIN cases_screening s ON s.visit_id = v.id\n    WHERE c.id = ANY(touched) AND v.signed_at IS NOT NULL AND v.voided_at IS NULL\n        AND (s.refer OR s.decided_origin IN ('back', 'hip', 'mixed', 'systemic'))\n        AND NOT EXISTS (\n            SELECT FROM referrals_referral r WHERE r.case_id = v.case_id AND r.state <> 'cancelled'\n                AND (r.visit_id = v.id OR r.created_at >= v.signed_at\n                    OR r.state IN ('acknowledged', 'booked', 'declined', 'did_not_attend', 'draft', 'replied', 'seen', 'sent', 'signed')))\n        AND NOT EXISTS (\n            SELECT FROM referrals_notreferring n JOIN cases_visit w ON w.id = n.visit_id\n            WHERE w.case_id = v.case_id AND n.withdrawn_at IS NULL AND w.voided_at IS NULL\n                AND w.seen_on >= v.seen_on)\n    ORDER BY c.id, v.seen_on DESC, v.created_at DESC;\n            RETURN NULL;\n        ", hash='7d51177f486aaabe4bbd2422eef5d4c7998d49d1', operation='UPDATE', pgid='pgtrigger_undecided_by_referral_aed58', table='referrals_referral', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='askedcase',
            trigger=pgtrigger.compiler.Trigger(name='undecided_by_case', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."lead_id" IS DISTINCT FROM (NEW."lead_id") OR OLD."status" IS DISTINCT FROM (NEW."status"))', declare='DECLARE touched uuid[];', func="\n            touched := ARRAY[NEW.id];\n            PERFORM FROM cases_case WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;\n            DELETE FROM referrals_undecided WHERE case_id = ANY(touched);\n            INSERT INTO referrals_undecided (case_id, clinic_id, visit_id, lead_id, rank, seen_on, begun_at) \n    SELECT DISTINCT ON (c.id) c.id, c.clinic_id, v.id,\n        CASE WHEN c.status = 'open' THEN c.lead_id END,\n        CASE WHEN s.urgency IN ('emergency', 'within_1_working_day') THEN 0 ELSE 1 END, v.seen_on, v.created_at\n    FROM cases_case c JOIN cases_visit v ON v.case_id = c.id JOIN cases_screening s ON s.visit_id = v.id\n    WHERE c.id = ANY(touched) AND v.signed_at IS NOT NULL AND v.voided_at IS NULL\n        AND (s.refer OR s.decided_origin IN ('back', 'hip', 'mixed', 'systemic'))\n        AND NOT EXISTS (\n            SELECT FROM referrals_referral r WHERE r.case_id = v.case_id AND r.state <> 'cancelled'\n                AND (r.visit_id = v.id OR r.created_at >= v.signed_at\n                    OR r.state IN ('acknowledged', 'booked', 'declined', 'did_not_attend', 'draft', 'replied', 'seen', 'sent', 'signed')))\n        AND NOT EXISTS (\n            SELECT FROM referrals_notreferring n JOIN cases_visit w ON w.id = n.visit_id\n            WHERE w.case_id = v.case_id AND n.withdrawn_at IS NULL AND w.voided_at IS NULL\n                AND w.seen_on >= v.seen_on)\n    ORDER BY c.id, v.seen_on DESC, v.created_at DESC;\n            RETURN NULL;\n        ", hash='82919af3714129264bb1d70bae319c1349829ecd', operation='UPDATE', pgid='pgtrigger_undecided_by_case_15f6f', table='cases_case', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='askingscreening',
            trigger=pgtrigger.compiler.Trigger(name='undecided_by_screening', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE touched uuid[];', func="\n            touched := ARRAY(SELECT case_id FROM cases_visit WHERE id = NEW.visit_id AND signed_at IS NOT NULL);\n            PERFORM FROM cases_case WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;\n            DELETE FROM referrals_undecided WHERE case_id = ANY(touched);\n            INSERT INTO referrals_undecided (case_id, clinic_id, visit_id, lead_id, rank, seen_on, begun_at) \n    SELECT DISTINCT ON (c.id) c.id, c.clinic_id, v.id,\n        CASE WHEN c.status = 'open' THEN c.lead_id END,\n        CASE WHEN s.urgency IN ('emergency', 'within_1_working_day') THEN 0 ELSE 1 END, v.seen_on, v.created_at\n    FROM cases_case c JOIN cases_visit v ON v.case_id = c.id JOIN cases_screening s ON s.visit_id = v.id\n    WHERE c.id = ANY(touched) AND v.signed_at IS NOT NULL AND v.voided_at IS NULL\n        AND (s.refer OR s.decided_origin IN ('back', 'hip', 'mixed', 'systemic'))\n        AND NOT EXISTS (\n            SELECT FROM referrals_referral r WHERE r.case_id = v.case_id AND r.state <> 'cancelled'\n                AND (r.visit_id = v.id OR r.created_at >= v.signed_at\n                    OR r.state IN ('acknowledged', 'booked', 'declined', 'did_not_attend', 'draft', 'replied', 'seen', 'sent', 'signed')))\n        AND NOT EXISTS (\n            SELECT FROM referrals_notreferring n JOIN cases_visit w ON w.id = n.visit_id\n            WHERE w.case_id = v.case_id AND n.withdrawn_at IS NULL AND w.voided_at IS NULL\n                AND w.seen_on >= v.seen_on)\n    ORDER BY c.id, v.seen_on DESC, v.created_at DESC;\n            RETURN NULL;\n        ", hash='ed86b9b50a70bfc53f81464dd54a90bfa9c35433', operation='INSERT', pgid='pgtrigger_undecided_by_screening_53e24', table='cases_screening', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='askingvisit',
            trigger=pgtrigger.compiler.Trigger(name='undecided_by_visit', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."signed_at" IS NOT NULL AND (OLD."signed_at" IS DISTINCT FROM (NEW."signed_at") OR OLD."voided_at" IS DISTINCT FROM (NEW."voided_at")))', declare='DECLARE touched uuid[];', func="\n            touched := ARRAY[NEW.case_id];\n            PERFORM FROM cases_case WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;\n            DELETE FROM referrals_undecided WHERE case_id = ANY(touched);\n            INSERT INTO referrals_undecided (case_id, clinic_id, visit_id, lead_id, rank, seen_on, begun_at) \n    SELECT DISTINCT ON (c.id) c.id, c.clinic_id, v.id,\n        CASE WHEN c.status = 'open' THEN c.lead_id END,\n        CASE WHEN s.urgency IN ('emergency', 'within_1_working_day') THEN 0 ELSE 1 END, v.seen_on, v.created_at\n    FROM cases_case c JOIN cases_visit v ON v.case_id = c.id JOIN cases_screening s ON s.visit_id = v.id\n    WHERE c.id = ANY(touched) AND v.signed_at IS NOT NULL AND v.voided_at IS NULL\n        AND (s.refer OR s.decided_origin IN ('back', 'hip', 'mixed', 'systemic'))\n        AND NOT EXISTS (\n            SELECT FROM referrals_referral r WHERE r.case_id = v.case_id AND r.state <> 'cancelled'\n                AND (r.visit_id = v.id OR r.created_at >= v.signed_at\n                    OR r.state IN ('acknowledged', 'booked', 'declined', 'did_not_attend', 'draft', 'replied', 'seen', 'sent', 'signed')))\n        AND NOT EXISTS (\n            SELECT FROM referrals_notreferring n JOIN cases_visit w ON w.id = n.visit_id\n            WHERE w.case_id = v.case_id AND n.withdrawn_at IS NULL AND w.voided_at IS NULL\n                AND w.seen_on >= v.seen_on)\n    ORDER BY c.id, v.seen_on DESC, v.created_at DESC;\n            RETURN NULL;\n        ", hash='036a690d6e315f596e9b56de23e7e5e9ce0fb6e1', operation='UPDATE', pgid='pgtrigger_undecided_by_visit_9dc2f', table='cases_visit', when='AFTER')),
        ),
        # Last: from here on no row changes without the triggers.
        migrations.RunSQL(WORK_OUT, migrations.RunSQL.noop),
    ]
