"""Keeps the suspicions that a specialist has judged, and works out those of the replies that are there."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


WORK_OUT = """
    INSERT INTO referrals_judgedvisit (visit_id, clinic_id, case_id, referral_id, site_id, podiatrist_id, urgency,
        origin, decided_origin, leading_condition, signs, read_at, found_origin, confirmed)
    SELECT DISTINCT ON (f.visit_id) f.visit_id, f.clinic_id, f.case_id, r.id, f.site_id, f.podiatrist_id, f.urgency,
        f.origin, f.decided_origin, f.leading_condition,
        ARRAY(SELECT DISTINCT g.sign FROM cases_finding g WHERE g.visit_id = f.visit_id AND g.present ORDER BY 1),
        y.read_at, y.found_origin, y.confirmed
    FROM cases_countedvisit f JOIN referrals_referral r ON r.visit_id = f.visit_id
        JOIN referrals_reply y ON y.referral_id = r.id
    WHERE f.urgency <> '' AND y.read_at IS NOT NULL AND y.voided_at IS NULL
    ORDER BY f.visit_id, (y.confirmed IS NULL), y.read_at DESC, y.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0010_lists_by_day'),
        ('clinic', '0005_sites'),
        ('referrals', '0013_did_not_attend_by_day'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='JudgedCount',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('cases.countedvisit',),
        ),
        migrations.CreateModel(
            name='JudgedReferral',
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
            name='JudgingReply',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('referrals.reply',),
        ),
        migrations.CreateModel(
            name='JudgedVisit',
            fields=[
                ('visit', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='cases.visit')),
                ('urgency', models.CharField(choices=[('emergency', 'Emergency, same day'), ('within_1_working_day', 'Within 1 working day'), ('urgent', 'Urgent, within 2 weeks'), ('soon', 'Soon, about 6 weeks'), ('routine', 'Routine'), ('none', 'No referral suggested')], max_length=24)),
                ('origin', models.CharField(blank=True, choices=[('foot', 'Foot'), ('back', 'Back'), ('hip', 'Hip'), ('mixed', 'More than one origin'), ('systemic', 'General illness or nerves elsewhere'), ('none', 'No origin suspected')], max_length=10)),
                ('decided_origin', models.CharField(blank=True, choices=[('foot', 'Foot'), ('back', 'Back'), ('hip', 'Hip'), ('mixed', 'More than one origin'), ('systemic', 'General illness or nerves elsewhere'), ('none', 'No origin suspected')], max_length=10)),
                ('leading_condition', models.CharField(blank=True, max_length=60)),
                ('signs', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                ('read_at', models.DateTimeField()),
                ('found_origin', models.CharField(choices=[('back', 'The back'), ('hip', 'The hip'), ('foot', 'The foot or ankle'), ('other', 'Something else'), ('not_found', 'They could not say')], max_length=10)),
                ('confirmed', models.BooleanField(null=True)),
                ('case', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('clinic', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('podiatrist', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.referral')),
                ('site', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.site')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='judgedcount',
            trigger=pgtrigger.compiler.Trigger(name='judged_by_count', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.urgency <> '')", declare='DECLARE touched uuid[];', func="\n            touched := ARRAY[NEW.visit_id];\n            PERFORM FROM cases_case WHERE id IN (SELECT case_id FROM cases_visit WHERE id = ANY(touched))\n                ORDER BY id FOR NO KEY UPDATE;\n            DELETE FROM referrals_judgedvisit WHERE visit_id = ANY(touched);\n            INSERT INTO referrals_judgedvisit (visit_id, clinic_id, case_id, referral_id, site_id, podiatrist_id, urgency, origin, decided_origin, leading_condition, signs, read_at, found_origin, confirmed) \n    SELECT DISTINCT ON (f.visit_id) f.visit_id, f.clinic_id, f.case_id, r.id, f.site_id, f.podiatrist_id, f.urgency, f.origin, f.decided_origin, f.leading_condition, ARRAY(SELECT DISTINCT g.sign FROM cases_finding g\n        WHERE g.visit_id = f.visit_id AND g.present ORDER BY 1), y.read_at, y.found_origin, y.confirmed\n    FROM cases_countedvisit f JOIN referrals_referral r ON r.visit_id = f.visit_id\n        JOIN referrals_reply y ON y.referral_id = r.id\n    WHERE f.urgency <> '' AND y.read_at IS NOT NULL AND y.voided_at IS NULL AND f.visit_id = ANY(touched)\n    ORDER BY f.visit_id, (y.confirmed IS NULL), y.read_at DESC, y.id;\n            RETURN NULL;\n        ", hash='c9e6e5c1a84388dbbeaea8a4464691d374a22f9b', operation='INSERT', pgid='pgtrigger_judged_by_count_be16f', table='cases_countedvisit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='judgedcount',
            trigger=pgtrigger.compiler.Trigger(name='judged_no_more', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.urgency <> '')", declare='DECLARE touched uuid[];', func="\n            touched := ARRAY[OLD.visit_id];\n            PERFORM FROM cases_case WHERE id IN (SELECT case_id FROM cases_visit WHERE id = ANY(touched))\n                ORDER BY id FOR NO KEY UPDATE;\n            DELETE FROM referrals_judgedvisit WHERE visit_id = ANY(touched);\n            INSERT INTO referrals_judgedvisit (visit_id, clinic_id, case_id, referral_id, site_id, podiatrist_id, urgency, origin, decided_origin, leading_condition, signs, read_at, found_origin, confirmed) \n    SELECT DISTINCT ON (f.visit_id) f.visit_id, f.clinic_id, f.case_id, r.id, f.site_id, f.podiatrist_id, f.urgency, f.origin, f.decided_origin, f.leading_condition, ARRAY(SELECT DISTINCT g.sign FROM cases_finding g\n        WHERE g.visit_id = f.visit_id AND g.present ORDER BY 1), y.read_at, y.found_origin, y.confirmed\n    FROM cases_countedvisit f JOIN referrals_referral r ON r.visit_id = f.visit_id\n        JOIN referrals_reply y ON y.referral_id = r.id\n    WHERE f.urgency <> '' AND y.read_at IS NOT NULL AND y.voided_at IS NULL AND f.visit_id = ANY(touched)\n    ORDER BY f.visit_id, (y.confirmed IS NULL), y.read_at DESC, y.id;\n            RETURN NULL;\n        ", hash='38e20919f1c60a67c13e838ebbce0e70b4ebd16a', operation='DELETE', pgid='pgtrigger_judged_no_more_dafd0', table='cases_countedvisit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='judgedreferral',
            trigger=pgtrigger.compiler.Trigger(name='judged_by_referral', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."visit_id" IS DISTINCT FROM (NEW."visit_id"))', declare='DECLARE touched uuid[];', func="\n            touched := ARRAY[OLD.visit_id, NEW.visit_id];\n            PERFORM FROM cases_case WHERE id IN (SELECT case_id FROM cases_visit WHERE id = ANY(touched))\n                ORDER BY id FOR NO KEY UPDATE;\n            DELETE FROM referrals_judgedvisit WHERE visit_id = ANY(touched);\n            INSERT INTO referrals_judgedvisit (visit_id, clinic_id, case_id, referral_id, site_id, podiatrist_id, urgency, origin, decided_origin, leading_condition, signs, read_at, found_origin, confirmed) \n    SELECT DISTINCT ON (f.visit_id) f.visit_id, f.clinic_id, f.case_id, r.id, f.site_id, f.podiatrist_id, f.urgency, f.origin, f.decided_origin, f.leading_condition, ARRAY(SELECT DISTINCT g.sign FROM cases_finding g\n        WHERE g.visit_id = f.visit_id AND g.present ORDER BY 1), y.read_at, y.found_origin, y.confirmed\n    FROM cases_countedvisit f JOIN referrals_referral r ON r.visit_id = f.visit_id\n        JOIN referrals_reply y ON y.referral_id = r.id\n    WHERE f.urgency <> '' AND y.read_at IS NOT NULL AND y.voided_at IS NULL AND f.visit_id = ANY(touched)\n    ORDER BY f.visit_id, (y.confirmed IS NULL), y.read_at DESC, y.id;\n            RETURN NULL;\n        ", hash='62ace92bb4479a433bcd50c9f3911bdc4f66b3c2', operation='UPDATE', pgid='pgtrigger_judged_by_referral_974a6', table='referrals_referral', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='judgingreply',
            trigger=pgtrigger.compiler.Trigger(name='judged_by_reply', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."read_at" IS NOT NULL)', declare='DECLARE touched uuid[];', func="\n            touched := ARRAY(SELECT visit_id FROM referrals_referral WHERE id = NEW.referral_id);\n            PERFORM FROM cases_case WHERE id IN (SELECT case_id FROM cases_visit WHERE id = ANY(touched))\n                ORDER BY id FOR NO KEY UPDATE;\n            DELETE FROM referrals_judgedvisit WHERE visit_id = ANY(touched);\n            INSERT INTO referrals_judgedvisit (visit_id, clinic_id, case_id, referral_id, site_id, podiatrist_id, urgency, origin, decided_origin, leading_condition, signs, read_at, found_origin, confirmed) \n    SELECT DISTINCT ON (f.visit_id) f.visit_id, f.clinic_id, f.case_id, r.id, f.site_id, f.podiatrist_id, f.urgency, f.origin, f.decided_origin, f.leading_condition, ARRAY(SELECT DISTINCT g.sign FROM cases_finding g\n        WHERE g.visit_id = f.visit_id AND g.present ORDER BY 1), y.read_at, y.found_origin, y.confirmed\n    FROM cases_countedvisit f JOIN referrals_referral r ON r.visit_id = f.visit_id\n        JOIN referrals_reply y ON y.referral_id = r.id\n    WHERE f.urgency <> '' AND y.read_at IS NOT NULL AND y.voided_at IS NULL AND f.visit_id = ANY(touched)\n    ORDER BY f.visit_id, (y.confirmed IS NULL), y.read_at DESC, y.id;\n            RETURN NULL;\n        ", hash='842de14d2e65e6440a5c0c7bdcebaa960473309b', operation='INSERT OR UPDATE OF "read_at", "voided_at"', pgid='pgtrigger_judged_by_reply_9b7a6', table='referrals_reply', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='judgedvisit',
            index=models.Index(fields=['clinic', 'read_at'], name='judged_by_day'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='judgedvisit',
            trigger=pgtrigger.compiler.Trigger(name='visit_in_same_clinic', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.visit_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM cases_visit\n                WHERE id = NEW.visit_id AND clinic_id = NEW.clinic_id\n            ) THEN\n                RAISE EXCEPTION 'visit belongs to another clinic'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_in_same_clinic';\n            END IF;\n            RETURN NEW;\n        ", hash='b679479176f3ec838ad97293e5de0cc134473f99', operation='INSERT OR UPDATE', pgid='pgtrigger_visit_in_same_clinic_165b3', table='referrals_judgedvisit', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='judgedvisit',
            trigger=pgtrigger.compiler.Trigger(name='visit_in_same_case', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.visit_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM cases_visit\n                WHERE id = NEW.visit_id AND case_id = NEW.case_id\n            ) THEN\n                RAISE EXCEPTION 'visit belongs to another case'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_in_same_case';\n            END IF;\n            RETURN NEW;\n        ", hash='05355776529ad2b4934773e59689b8585b6ce943', operation='INSERT OR UPDATE', pgid='pgtrigger_visit_in_same_case_ad353', table='referrals_judgedvisit', when='BEFORE')),
        ),
        # Last: from here on no row changes without the triggers.
        migrations.RunSQL(["SET LOCAL statement_timeout = 0", WORK_OUT], migrations.RunSQL.noop),
    ]
