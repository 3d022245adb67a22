"""Writes down, for referrals from before there were steps, the steps that their columns tell of."""

import zoneinfo

from django.db import migrations

# Ways to a state that have another state between.
BETWEEN = {"did_not_attend": "booked", "closed": "replied"}


def write_steps(apps, schema_editor):
    Step = apps.get_model("referrals", "Step")
    Referral = apps.get_model("referrals", "Referral")
    without = Referral.objects.filter(steps__isnull=True).select_related("clinic")
    for referral in without.iterator(chunk_size=500):
        Step.objects.bulk_create(list(_steps(Step, referral)))


def _steps(Step, referral):
    zone = zoneinfo.ZoneInfo(referral.clinic.time_zone)
    before, latest = "", None
    for number, (state, at, by_id) in enumerate(_told(referral), start=1):
        day = at.astimezone(zone).date()
        latest = max(day, latest) if latest else day
        yield Step(
            clinic_id=referral.clinic_id,
            referral=referral,
            number=number,
            from_state=before,
            to_state=state,
            happened_on=latest,
            reason=referral.end_reason if state == "cancelled" else "",
            recorded_at=at,
            recorded_by_id=by_id,
        )
        before = state


def _told(referral):
    """Each state with when and by whom, as far as the columns know; else as the step before it."""
    told = [("draft", referral.created_at, referral.created_by_id)]
    if referral.signed_at:
        told.append(("signed", referral.signed_at, referral.signed_by_id))
    if referral.sent_at:
        told.append(("sent", referral.sent_at, referral.sent_by_id))
    if told[-1][0] != referral.state:
        at, by_id = referral.ended_at or told[-1][1], referral.ended_by_id or told[-1][2]
        told += [(state, at, by_id) for state in (BETWEEN.get(referral.state), referral.state) if state]
    return told


class Migration(migrations.Migration):
    dependencies = [("referrals", "0003_the_loop")]
    operations = [
        migrations.RunPython(write_steps, migrations.RunPython.noop),
        # Of the trigger that 0003 took away from the dispatches: the trigger went, its function stayed.
        migrations.RunSQL("DROP FUNCTION IF EXISTS pgtrigger_append_only_ba790()", migrations.RunSQL.noop),
    ]
