"""Keeps the days of a patient's visits before and after each, so that reports see the first and the newest."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

PLACE = """
    UPDATE cases_countedvisit f SET previous_day = n.previous_day, next_day = n.next_day
    FROM (
        SELECT visit_id, lag(day) OVER w AS previous_day, lead(day) OVER w AS next_day
        FROM cases_countedvisit WINDOW w AS (PARTITION BY patient_id ORDER BY day, visit_id)
    ) n
    WHERE f.visit_id = n.visit_id AND (n.previous_day IS NOT NULL OR n.next_day IS NOT NULL)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0014_visits_counted_by_patient'),
        ('clinic', '0007_monthly_reports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='casecounted',
            name='counted_by_case',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='screeningcounted',
            name='counted_by_screening',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='visitcounted',
            name='counted_by_new_visit',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='visitcounted',
            name='counted_by_visit',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='visitcounted',
            name='counted_no_more',
        ),
        migrations.AddField(
            model_name='countedvisit',
            name='next_day',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='countedvisit',
            name='previous_day',
            field=models.DateField(null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='casecounted',
            trigger=pgtrigger.compiler.Trigger(name='counted_by_case', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."patient_id" IS DISTINCT FROM (NEW."patient_id"))', declare='DECLARE touched uuid[];', func='\n                    touched := ARRAY[OLD.patient_id, NEW.patient_id];\n                    PERFORM FROM cases_patient WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;\n                    UPDATE cases_countedvisit SET patient_id = NEW.patient_id WHERE case_id = NEW.id;\n                    \n            UPDATE cases_countedvisit f SET previous_day = n.previous_day, next_day = n.next_day\n            FROM (\n                SELECT visit_id, lag(day) OVER of_patient AS previous_day, lead(day) OVER of_patient AS next_day FROM cases_countedvisit\n                WHERE patient_id = ANY(touched) WINDOW of_patient AS (PARTITION BY patient_id ORDER BY day, visit_id)\n            ) n\n            WHERE f.visit_id = n.visit_id\n                AND (f.previous_day, f.next_day) IS DISTINCT FROM (n.previous_day, n.next_day);\n                    RETURN NULL;\n                ', hash='322bbf7bd0bd311baa99d8b209da78b19f9270c3', operation='UPDATE', pgid='pgtrigger_counted_by_case_14fdd', table='cases_case', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='screeningcounted',
            trigger=pgtrigger.compiler.Trigger(name='counted_by_screening', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE touched uuid[];', func='\n            PERFORM FROM cases_case c JOIN cases_visit v ON v.case_id = c.id\n                WHERE v.id = NEW.visit_id FOR NO KEY UPDATE OF c;\n            touched := ARRAY(\n                SELECT c.patient_id FROM cases_visit v JOIN cases_case c ON c.id = v.case_id\n                    WHERE v.id = NEW.visit_id\n                UNION SELECT patient_id FROM cases_countedvisit WHERE visit_id = NEW.visit_id);\n            PERFORM FROM cases_patient WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;\n            DELETE FROM cases_countedvisit WHERE visit_id = NEW.visit_id;\n            INSERT INTO cases_countedvisit (visit_id, clinic_id, case_id, patient_id, site_id, podiatrist_id, day, kind, signed_at, minutes_to_sign, urgency, origin, decided_origin, refer, screen_complete, red_flags, leading_condition) \n    SELECT v.id AS visit_id, v.clinic_id AS clinic_id, v.case_id AS case_id, c.patient_id AS patient_id, v.site_id AS site_id, COALESCE(v.signed_by_id, v.created_by_id) AS podiatrist_id, v.seen_on AS day, v.kind AS kind, v.signed_at AS signed_at, floor(extract(epoch FROM v.signed_at - v.created_at) / 60)::int AS minutes_to_sign, COALESCE(s.urgency, \'\') AS urgency, COALESCE(s.origin, \'\') AS origin, COALESCE(s.decided_origin, \'\') AS decided_origin, s.refer AS refer, NOT (s.result -> \'flags\') @> \'["screen_incomplete"]\' AS screen_complete, ARRAY(SELECT flag ->> \'rule\' FROM jsonb_path_query(s.result, \'$.red_flags[*]\')\n        WITH ORDINALITY AS fired (flag, place) ORDER BY place) AS red_flags, COALESCE(s.result #>> \'{suspected,0,code}\', \'\') AS leading_condition\n    FROM cases_visit v JOIN cases_case c ON c.id = v.case_id\n        LEFT JOIN cases_screening s ON s.visit_id = v.id AND v.signed_at IS NOT NULL\n    WHERE v.voided_at IS NULL AND v.id = NEW.visit_id;\n            \n            UPDATE cases_countedvisit f SET previous_day = n.previous_day, next_day = n.next_day\n            FROM (\n                SELECT visit_id, lag(day) OVER of_patient AS previous_day, lead(day) OVER of_patient AS next_day FROM cases_countedvisit\n                WHERE patient_id = ANY(touched) WINDOW of_patient AS (PARTITION BY patient_id ORDER BY day, visit_id)\n            ) n\n            WHERE f.visit_id = n.visit_id\n                AND (f.previous_day, f.next_day) IS DISTINCT FROM (n.previous_day, n.next_day);\n            RETURN NULL;\n        ', hash='8b3366a611fa4656bed40656dfb19a973fa6cc06', operation='INSERT', pgid='pgtrigger_counted_by_screening_b3961', table='cases_screening', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='visitcounted',
            trigger=pgtrigger.compiler.Trigger(name='counted_by_new_visit', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE touched uuid[];', func='\n            PERFORM FROM cases_case c JOIN cases_visit v ON v.case_id = c.id\n                WHERE v.id = NEW.id FOR NO KEY UPDATE OF c;\n            touched := ARRAY(\n                SELECT c.patient_id FROM cases_visit v JOIN cases_case c ON c.id = v.case_id\n                    WHERE v.id = NEW.id\n                UNION SELECT patient_id FROM cases_countedvisit WHERE visit_id = NEW.id);\n            PERFORM FROM cases_patient WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;\n            DELETE FROM cases_countedvisit WHERE visit_id = NEW.id;\n            INSERT INTO cases_countedvisit (visit_id, clinic_id, case_id, patient_id, site_id, podiatrist_id, day, kind, signed_at, minutes_to_sign, urgency, origin, decided_origin, refer, screen_complete, red_flags, leading_condition) \n    SELECT v.id AS visit_id, v.clinic_id AS clinic_id, v.case_id AS case_id, c.patient_id AS patient_id, v.site_id AS site_id, COALESCE(v.signed_by_id, v.created_by_id) AS podiatrist_id, v.seen_on AS day, v.kind AS kind, v.signed_at AS signed_at, floor(extract(epoch FROM v.signed_at - v.created_at) / 60)::int AS minutes_to_sign, COALESCE(s.urgency, \'\') AS urgency, COALESCE(s.origin, \'\') AS origin, COALESCE(s.decided_origin, \'\') AS decided_origin, s.refer AS refer, NOT (s.result -> \'flags\') @> \'["screen_incomplete"]\' AS screen_complete, ARRAY(SELECT flag ->> \'rule\' FROM jsonb_path_query(s.result, \'$.red_flags[*]\')\n        WITH ORDINALITY AS fired (flag, place) ORDER BY place) AS red_flags, COALESCE(s.result #>> \'{suspected,0,code}\', \'\') AS leading_condition\n    FROM cases_visit v JOIN cases_case c ON c.id = v.case_id\n        LEFT JOIN cases_screening s ON s.visit_id = v.id AND v.signed_at IS NOT NULL\n    WHERE v.voided_at IS NULL AND v.id = NEW.id;\n            \n            UPDATE cases_countedvisit f SET previous_day = n.previous_day, next_day = n.next_day\n            FROM (\n                SELECT visit_id, lag(day) OVER of_patient AS previous_day, lead(day) OVER of_patient AS next_day FROM cases_countedvisit\n                WHERE patient_id = ANY(touched) WINDOW of_patient AS (PARTITION BY patient_id ORDER BY day, visit_id)\n            ) n\n            WHERE f.visit_id = n.visit_id\n                AND (f.previous_day, f.next_day) IS DISTINCT FROM (n.previous_day, n.next_day);\n            RETURN NULL;\n        ', hash='375800d2546cb826eaadcd9ce86d4fd9770df25f', operation='INSERT', pgid='pgtrigger_counted_by_new_visit_b9378', table='cases_visit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='visitcounted',
            trigger=pgtrigger.compiler.Trigger(name='counted_by_visit', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."clinic_id" IS DISTINCT FROM (NEW."clinic_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."seen_on" IS DISTINCT FROM (NEW."seen_on") OR OLD."signed_at" IS DISTINCT FROM (NEW."signed_at") OR OLD."signed_by_id" IS DISTINCT FROM (NEW."signed_by_id") OR OLD."site_id" IS DISTINCT FROM (NEW."site_id") OR OLD."voided_at" IS DISTINCT FROM (NEW."voided_at"))', declare='DECLARE touched uuid[];', func='\n            PERFORM FROM cases_case c JOIN cases_visit v ON v.case_id = c.id\n                WHERE v.id = NEW.id FOR NO KEY UPDATE OF c;\n            touched := ARRAY(\n                SELECT c.patient_id FROM cases_visit v JOIN cases_case c ON c.id = v.case_id\n                    WHERE v.id = NEW.id\n                UNION SELECT patient_id FROM cases_countedvisit WHERE visit_id = NEW.id);\n            PERFORM FROM cases_patient WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;\n            DELETE FROM cases_countedvisit WHERE visit_id = NEW.id;\n            INSERT INTO cases_countedvisit (visit_id, clinic_id, case_id, patient_id, site_id, podiatrist_id, day, kind, signed_at, minutes_to_sign, urgency, origin, decided_origin, refer, screen_complete, red_flags, leading_condition) \n    SELECT v.id AS visit_id, v.clinic_id AS clinic_id, v.case_id AS case_id, c.patient_id AS patient_id, v.site_id AS site_id, COALESCE(v.signed_by_id, v.created_by_id) AS podiatrist_id, v.seen_on AS day, v.kind AS kind, v.signed_at AS signed_at, floor(extract(epoch FROM v.signed_at - v.created_at) / 60)::int AS minutes_to_sign, COALESCE(s.urgency, \'\') AS urgency, COALESCE(s.origin, \'\') AS origin, COALESCE(s.decided_origin, \'\') AS decided_origin, s.refer AS refer, NOT (s.result -> \'flags\') @> \'["screen_incomplete"]\' AS screen_complete, ARRAY(SELECT flag ->> \'rule\' FROM jsonb_path_query(s.result, \'$.red_flags[*]\')\n        WITH ORDINALITY AS fired (flag, place) ORDER BY place) AS red_flags, COALESCE(s.result #>> \'{suspected,0,code}\', \'\') AS leading_condition\n    FROM cases_visit v JOIN cases_case c ON c.id = v.case_id\n        LEFT JOIN cases_screening s ON s.visit_id = v.id AND v.signed_at IS NOT NULL\n    WHERE v.voided_at IS NULL AND v.id = NEW.id;\n            \n            UPDATE cases_countedvisit f SET previous_day = n.previous_day, next_day = n.next_day\n            FROM (\n                SELECT visit_id, lag(day) OVER of_patient AS previous_day, lead(day) OVER of_patient AS next_day FROM cases_countedvisit\n                WHERE patient_id = ANY(touched) WINDOW of_patient AS (PARTITION BY patient_id ORDER BY day, visit_id)\n            ) n\n            WHERE f.visit_id = n.visit_id\n                AND (f.previous_day, f.next_day) IS DISTINCT FROM (n.previous_day, n.next_day);\n            RETURN NULL;\n        ', hash='ab6f836d2f9c4b7738bbeca28ac640176e5feead', operation='UPDATE', pgid='pgtrigger_counted_by_visit_18c05', table='cases_visit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='visitcounted',
            trigger=pgtrigger.compiler.Trigger(name='counted_no_more', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE touched uuid[];', func='\n                    touched := ARRAY(SELECT patient_id FROM cases_countedvisit WHERE visit_id = OLD.id);\n                    PERFORM FROM cases_patient WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;\n                    DELETE FROM cases_countedvisit WHERE visit_id = OLD.id;\n                    \n            UPDATE cases_countedvisit f SET previous_day = n.previous_day, next_day = n.next_day\n            FROM (\n                SELECT visit_id, lag(day) OVER of_patient AS previous_day, lead(day) OVER of_patient AS next_day FROM cases_countedvisit\n                WHERE patient_id = ANY(touched) WINDOW of_patient AS (PARTITION BY patient_id ORDER BY day, visit_id)\n            ) n\n            WHERE f.visit_id = n.visit_id\n                AND (f.previous_day, f.next_day) IS DISTINCT FROM (n.previous_day, n.next_day);\n                    RETURN OLD;\n                ', hash='28093997b6f08bac73045a1876fe0878a34cedd3', operation='DELETE', pgid='pgtrigger_counted_no_more_6823c', table='cases_visit', when='BEFORE')),
        ),
        # Last: from here on no row changes without the triggers.
        migrations.RunSQL(["SET LOCAL statement_timeout = 0", PLACE], migrations.RunSQL.noop),
    ]
