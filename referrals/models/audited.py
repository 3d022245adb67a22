"""What each signed letter lacks, in one narrow row, written when the letter is.

A letter's content is kept whole (`Letter.content`), which is far too much to read for a count over a year.
A signed letter never changes, so neither does its row.
"""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction

from cases.choices import Urgency
from clinic.models import Clinic, Site, User
from clinic.records import append_only, same_clinic
from referrals.models.letter import Letter
from referrals.models.referral import Referral

COLUMNS = (
    "letter_id, clinic_id, referral_id, site_id, podiatrist_id, urgency, day, number,"
    " mandatory, complete, lacking"
)


def audited(letters: str = "true") -> str:
    """Return the SQL of the rows that there should be: `COLUMNS`.

    `letters` is a condition on the letter `l`, in SQL of ours. Who signed, where the visit was and how
    urgent the referral is are as they are when it is worked out.
    """
    return f"""
    SELECT l.id, l.clinic_id, l.referral_id, v.site_id, l.signed_by_id, r.urgency,
        (l.signed_at AT TIME ZONE k.time_zone)::date, l.number, a.mandatory,
        a.mandatory - cardinality(a.lacking), a.lacking
    FROM referrals_letter l
    JOIN referrals_referral r ON r.id = l.referral_id
    JOIN cases_visit v ON v.id = r.visit_id
    JOIN clinic_clinic k ON k.id = l.clinic_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS mandatory, COALESCE(array_agg(item ->> 'name' ORDER BY item ->> 'name')
            FILTER (WHERE item ->> 'status' <> 'complete'), '{{}}') AS lacking
        FROM jsonb_path_query(l.content, '$.sections[*].items[*]') item
        WHERE item ->> 'requirement' = 'M') a
    WHERE {letters}"""  # noqa: S608


class AuditedLetter(models.Model):
    """Which mandatory items a signed letter does not have, by the audit that was made when it was signed.

    `mandatory` is how many it should have, `complete` how many it has; `lacking` are the names of the
    others. `day` is a date of the clinic. It follows from the letter, which has its history; this has none.
    """

    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, primary_key=True, related_name="audited")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+", db_index=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    podiatrist = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    urgency = models.CharField(max_length=24, choices=Urgency)
    day = models.DateField()
    number = models.PositiveSmallIntegerField()
    mandatory = models.SmallIntegerField()
    complete = models.SmallIntegerField()
    lacking = ArrayField(models.CharField(max_length=80), default=list, blank=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["clinic", "day"], name="audited_letter_by_day")]
        triggers = [same_clinic("letter", "referrals_letter"), append_only()]

    def __str__(self) -> str:
        return str(self.letter_id)


class AuditingLetter(Letter):
    """A letter that is signed now."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            pgtrigger.Trigger(
                name="letter_audited",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=f"""
                    INSERT INTO referrals_auditedletter ({COLUMNS}) {audited("l.id = NEW.id")};
                    RETURN NULL;
                """,
            )
        ]


@transaction.atomic
def audit_the_rest() -> None:
    """Work out the rows of letters that were written with the triggers switched off."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO referrals_auditedletter ({COLUMNS}) {audited()}"
            " AND NOT EXISTS (SELECT FROM referrals_auditedletter o WHERE o.letter_id = l.id)"
            " ORDER BY l.signed_at"
        )
