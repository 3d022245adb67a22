import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0005_corrections_held"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="dispatch",
            trigger=pgtrigger.compiler.Trigger(
                name="emergency_never_by_post",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF EXISTS (\n            SELECT 1 FROM referrals_letter l JOIN referrals_referral r ON r.id = l.referral_id\n            WHERE l.id = NEW.letter_id AND NEW.audience = 'specialist' AND r.urgency = 'emergency' AND (NEW.channel = 'post' OR (r.phoned_at IS NULL OR btrim(r.phoned_to) = ''))\n        ) THEN\n            RAISE EXCEPTION 'an emergency is phoned first and does not go by post'\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'emergency_never_by_post';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="056a557b987f7071976f55b3288882bf8d87db63",
                    operation="INSERT",
                    pgid="pgtrigger_emergency_never_by_post_a3583",
                    table="referrals_dispatch",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="letter",
            trigger=pgtrigger.compiler.Trigger(
                name="emergency_signed_after_the_call",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    func="\n        IF EXISTS (\n            SELECT 1 FROM referrals_letter l JOIN referrals_referral r ON r.id = l.referral_id\n            WHERE l.id = NEW.id AND r.urgency = 'emergency' AND (r.phoned_at IS NULL OR btrim(r.phoned_to) = '')\n        ) THEN\n            RAISE EXCEPTION 'an emergency is phoned before it is signed'\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'emergency_signed_after_the_call';\n        END IF;\n        RETURN NULL;\n    ",
                    hash="b869412cd290faa08fcad30ff56870c6bb90f9ec",
                    operation="INSERT",
                    pgid="pgtrigger_emergency_signed_after_the_call_76ee4",
                    table="referrals_letter",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="printrun",
            trigger=pgtrigger.compiler.Trigger(
                name="emergency_never_in_a_print_run",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF EXISTS (\n            SELECT 1 FROM referrals_letter l JOIN referrals_referral r ON r.id = l.referral_id\n            WHERE l.id = ANY(NEW.letters) AND r.urgency = 'emergency' AND TRUE\n        ) THEN\n            RAISE EXCEPTION 'an emergency is phoned first and does not go by post'\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'emergency_never_in_a_print_run';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="fe445a3907cb21ea91853af3ed5508b9ae041df1",
                    operation='INSERT OR UPDATE OF "letters"',
                    pgid="pgtrigger_emergency_never_in_a_print_run_87e16",
                    table="referrals_printrun",
                    when="BEFORE",
                ),
            ),
        ),
    ]
