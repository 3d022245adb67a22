"""Turns the reason and the response of each treatment into an override and a review of their own."""

from django.db import migrations

MAKE_ROWS = """
    ALTER TABLE cases_blockoverride DISABLE TRIGGER USER;
    ALTER TABLE cases_treatmentreview DISABLE TRIGGER USER;
    INSERT INTO cases_blockoverride
        (id, treatment_id, check_id, catalogue_version, block, source, because_of, reason, given_at, given_by_id)
    SELECT gen_random_uuid(), id, 'not_kept', '', 'Which block it was is not kept.', '', '{}', override_reason,
           created_at, prescribed_by_id
    FROM cases_treatment_until_0004 WHERE override_reason <> '';
    INSERT INTO cases_treatmentreview
        (id, treatment_id, visit_id, reviewed_on, response, pain_after, adverse_event, note, reviewed_at,
         reviewed_by_id)
    SELECT gen_random_uuid(), id, NULL, start_on, response, pain_after, adverse_event, '', created_at,
           prescribed_by_id
    FROM cases_treatment_until_0004 WHERE response <> '';
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE cases_blockoverride ENABLE TRIGGER USER;
    ALTER TABLE cases_treatmentreview ENABLE TRIGGER USER;
    DROP TABLE cases_treatment_until_0004;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_record_around_the_visit")]

    operations = [migrations.RunSQL(MAKE_ROWS, migrations.RunSQL.noop)]
