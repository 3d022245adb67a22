"""Keeps what reports count of visits in a narrow row each, and fills them for the visits that are there."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


WORK_OUT = """
    INSERT INTO cases_countedvisit (visit_id, clinic_id, case_id, patient_id, site_id, podiatrist_id, day, kind,
        signed_at, minutes_to_sign, urgency, origin, decided_origin, refer, screen_complete, red_flags,
        leading_condition)
    SELECT v.id, v.clinic_id, v.case_id, c.patient_id, v.site_id, COALESCE(v.signed_by_id, v.created_by_id),
        v.seen_on, v.kind, v.signed_at, floor(extract(epoch FROM v.signed_at - v.created_at) / 60)::int,
        COALESCE(s.urgency, ''), COALESCE(s.origin, ''), COALESCE(s.decided_origin, ''), s.refer,
        NOT (s.result -> 'flags') @> '["screen_incomplete"]',
        ARRAY(SELECT flag ->> 'rule' FROM jsonb_path_query(s.result, '$.red_flags[*]')
            WITH ORDINALITY AS fired (flag, place) ORDER BY place),
        COALESCE(s.result #>> '{suspected,0,code}', '')
    FROM cases_visit v JOIN cases_case c ON c.id = v.case_id
        LEFT JOIN cases_screening s ON s.visit_id = v.id AND v.signed_at IS NOT NULL
    WHERE v.voided_at IS NULL
    ORDER BY v.seen_on
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0008_visit_site'),
        ('clinic', '0005_sites'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseCounted',
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
            name='ScreeningCounted',
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
            name='VisitCounted',
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
        migrations.CreateModel(
            name='CountedVisit',
            fields=[
                ('visit', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='cases.visit')),
                ('day', models.DateField()),
                ('kind', models.CharField(choices=[('initial', 'Initial visit'), ('follow_up', 'Follow-up'), ('telephone', 'Telephone'), ('home', 'Home visit')], max_length=10)),
                ('signed_at', models.DateTimeField(null=True)),
                ('minutes_to_sign', models.IntegerField(null=True)),
                ('urgency', models.CharField(blank=True, choices=[('emergency', 'Emergency, same day'), ('within_1_working_day', 'Within 1 working day'), ('urgent', 'Urgent, within 2 weeks'), ('soon', 'Soon, about 6 weeks'), ('routine', 'Routine'), ('none', 'No referral suggested')], max_length=24)),
                ('origin', models.CharField(blank=True, choices=[('foot', 'Foot'), ('back', 'Back'), ('hip', 'Hip'), ('mixed', 'More than one origin'), ('systemic', 'General illness or nerves elsewhere'), ('none', 'No origin suspected')], max_length=10)),
                ('decided_origin', models.CharField(blank=True, choices=[('foot', 'Foot'), ('back', 'Back'), ('hip', 'Hip'), ('mixed', 'More than one origin'), ('systemic', 'General illness or nerves elsewhere'), ('none', 'No origin suspected')], max_length=10)),
                ('refer', models.BooleanField(null=True)),
                ('screen_complete', models.BooleanField(null=True)),
                ('red_flags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                ('leading_condition', models.CharField(blank=True, max_length=60)),
                ('case', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('clinic', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('patient', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.patient')),
                ('podiatrist', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.site')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='casecounted',
            trigger=pgtrigger.compiler.Trigger(name='counted_by_case', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."patient_id" IS DISTINCT FROM (NEW."patient_id"))', func='\n                    UPDATE cases_countedvisit SET patient_id = NEW.patient_id WHERE case_id = NEW.id;\n                    RETURN NULL;\n                ', hash='b9ba174c28c37a497f46d07e10038b6ab3dd3ad8', operation='UPDATE', pgid='pgtrigger_counted_by_case_14fdd', table='cases_case', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='screeningcounted',
            trigger=pgtrigger.compiler.Trigger(name='counted_by_screening', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            PERFORM FROM cases_case c JOIN cases_visit v ON v.case_id = c.id\n                WHERE v.id = NEW.visit_id FOR NO KEY UPDATE OF c;\n            DELETE FROM cases_countedvisit WHERE visit_id = NEW.visit_id;\n            INSERT INTO cases_countedvisit (visit_id, clinic_id, case_id, patient_id, site_id, podiatrist_id, day, kind, signed_at, minutes_to_sign, urgency, origin, decided_origin, refer, screen_complete, red_flags, leading_condition) \n    SELECT v.id, v.clinic_id, v.case_id, c.patient_id, v.site_id, COALESCE(v.signed_by_id, v.created_by_id), v.seen_on, v.kind, v.signed_at, floor(extract(epoch FROM v.signed_at - v.created_at) / 60)::int, COALESCE(s.urgency, \'\'), COALESCE(s.origin, \'\'), COALESCE(s.decided_origin, \'\'), s.refer, NOT (s.result -> \'flags\') @> \'["screen_incomplete"]\', ARRAY(SELECT flag ->> \'rule\' FROM jsonb_path_query(s.result, \'$.red_flags[*]\')\n        WITH ORDINALITY AS fired (flag, place) ORDER BY place), COALESCE(s.result #>> \'{suspected,0,code}\', \'\')\n    FROM cases_visit v JOIN cases_case c ON c.id = v.case_id\n        LEFT JOIN cases_screening s ON s.visit_id = v.id AND v.signed_at IS NOT NULL\n    WHERE v.voided_at IS NULL AND v.id = NEW.visit_id;\n            RETURN NULL;\n        ', hash='24e699726e4def06ab434491d6de1969296e4c38', operation='INSERT', pgid='pgtrigger_counted_by_screening_b3961', table='cases_screening', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='visitcounted',
            trigger=pgtrigger.compiler.Trigger(name='counted_by_new_visit', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n            PERFORM FROM cases_case c JOIN cases_visit v ON v.case_id = c.id\n                WHERE v.id = NEW.id FOR NO KEY UPDATE OF c;\n            DELETE FROM cases_countedvisit WHERE visit_id = NEW.id;\n            INSERT INTO cases_countedvisit (visit_id, clinic_id, case_id, patient_id, site_id, podiatrist_id, day, kind, signed_at, minutes_to_sign, urgency, origin, decided_origin, refer, screen_complete, red_flags, leading_condition) \n    SELECT v.id, v.clinic_id, v.case_id, c.patient_id, v.site_id, COALESCE(v.signed_by_id, v.created_by_id), v.seen_on, v.kind, v.signed_at, floor(extract(epoch FROM v.signed_at - v.created_at) / 60)::int, COALESCE(s.urgency, \'\'), COALESCE(s.origin, \'\'), COALESCE(s.decided_origin, \'\'), s.refer, NOT (s.result -> \'flags\') @> \'["screen_incomplete"]\', ARRAY(SELECT flag ->> \'rule\' FROM jsonb_path_query(s.result, \'$.red_flags[*]\')\n        WITH ORDINALITY AS fired (flag, place) ORDER BY place), COALESCE(s.result #>> \'{suspected,0,code}\', \'\')\n    FROM cases_visit v JOIN cases_case c ON c.id = v.case_id\n        LEFT JOIN cases_screening s ON s.visit_id = v.id AND v.signed_at IS NOT NULL\n    WHERE v.voided_at IS NULL AND v.id = NEW.id;\n            RETURN NULL;\n        ', hash='c5b287f3b1c86c145abe3c33d62c797640e71dca', operation='INSERT', pgid='pgtrigger_counted_by_new_visit_b9378', table='cases_visit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='visitcounted',
            trigger=pgtrigger.compiler.Trigger(name='counted_by_visit', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."clinic_id" IS DISTINCT FROM (NEW."clinic_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."seen_on" IS DISTINCT FROM (NEW."seen_on") OR OLD."signed_at" IS DISTINCT FROM (NEW."signed_at") OR OLD."signed_by_id" IS DISTINCT FROM (NEW."signed_by_id") OR OLD."site_id" IS DISTINCT FROM (NEW."site_id") OR OLD."voided_at" IS DISTINCT FROM (NEW."voided_at"))', func='\n            PERFORM FROM cases_case c JOIN cases_visit v ON v.case_id = c.id\n                WHERE v.id = NEW.id FOR NO KEY UPDATE OF c;\n            DELETE FROM cases_countedvisit WHERE visit_id = NEW.id;\n            INSERT INTO cases_countedvisit (visit_id, clinic_id, case_id, patient_id, site_id, podiatrist_id, day, kind, signed_at, minutes_to_sign, urgency, origin, decided_origin, refer, screen_complete, red_flags, leading_condition) \n    SELECT v.id, v.clinic_id, v.case_id, c.patient_id, v.site_id, COALESCE(v.signed_by_id, v.created_by_id), v.seen_on, v.kind, v.signed_at, floor(extract(epoch FROM v.signed_at - v.created_at) / 60)::int, COALESCE(s.urgency, \'\'), COALESCE(s.origin, \'\'), COALESCE(s.decided_origin, \'\'), s.refer, NOT (s.result -> \'flags\') @> \'["screen_incomplete"]\', ARRAY(SELECT flag ->> \'rule\' FROM jsonb_path_query(s.result, \'$.red_flags[*]\')\n        WITH ORDINALITY AS fired (flag, place) ORDER BY place), COALESCE(s.result #>> \'{suspected,0,code}\', \'\')\n    FROM cases_visit v JOIN cases_case c ON c.id = v.case_id\n        LEFT JOIN cases_screening s ON s.visit_id = v.id AND v.signed_at IS NOT NULL\n    WHERE v.voided_at IS NULL AND v.id = NEW.id;\n            RETURN NULL;\n        ', hash='67f7a2775da27aa03313003ad9799ab65f2495a7', operation='UPDATE', pgid='pgtrigger_counted_by_visit_18c05', table='cases_visit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='visitcounted',
            trigger=pgtrigger.compiler.Trigger(name='counted_no_more', sql=pgtrigger.compiler.UpsertTriggerSql(func='DELETE FROM cases_countedvisit WHERE visit_id = OLD.id; RETURN OLD;', hash='26bc09711e57f192eb5d65e225b52caa9a6fa670', operation='DELETE', pgid='pgtrigger_counted_no_more_6823c', table='cases_visit', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='countedvisit',
            index=models.Index(fields=['clinic', 'day'], name='counted_by_day'),
        ),
        migrations.AddIndex(
            model_name='countedvisit',
            index=models.Index(fields=['case'], name='counted_by_case'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='countedvisit',
            trigger=pgtrigger.compiler.Trigger(name='visit_in_same_clinic', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.visit_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM cases_visit\n                WHERE id = NEW.visit_id AND clinic_id = NEW.clinic_id\n            ) THEN\n                RAISE EXCEPTION 'visit belongs to another clinic'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_in_same_clinic';\n            END IF;\n            RETURN NEW;\n        ", hash='0430f2ba196b4647d3a4c70e1a2a402e2534c100', operation='INSERT OR UPDATE', pgid='pgtrigger_visit_in_same_clinic_90c60', table='cases_countedvisit', when='BEFORE')),
        ),
        # Last: from here on no row changes without the triggers.
        migrations.RunSQL(["SET LOCAL statement_timeout = 0", WORK_OUT], migrations.RunSQL.noop),
    ]
