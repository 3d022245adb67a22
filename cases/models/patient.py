"""Patients: who they are, how to reach them, and what one must know before treating them."""

import datetime
import re
from unicodedata import normalize

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, Right
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.choices import Sex
from clinic.models import Clinic
from clinic.records import Record, tracked

_GREEK_ACCENT = re.compile("([\u0370-\u03ff]\u0308?)\u0301")


def in_capitals(name: str) -> str:
    """Return a name in capitals; Greek ones are written without the accent."""
    capitals = name.upper()
    if capitals.isascii():
        return capitals
    return normalize("NFC", _GREEK_ACCENT.sub(r"\1", normalize("NFD", capitals)))


class Fold(models.Func):
    """Lower case without accents, as the search index keeps names."""

    function = "fold"
    output_field = models.TextField(db_collation="C")


class PhoneKey(models.Func):
    """The digits of a telephone number without what differs from one way of writing it to another.

    Blanks, marks, the nought in front and the home countries' codes go: 07700 900123, +44 7700 900123
    and 0044 (0)7700-900123 are one number.
    """

    function = "phone_key"
    output_field = models.TextField(db_collation="C")


class NationalKey(models.Func):
    """A national patient number in capitals, without blanks and marks."""

    function = "national_key"
    output_field = models.TextField(db_collation="C")


class NameVariants(models.Func):
    """The words of a folded name and what one letter less leaves of each, as numbers of one clinic."""

    function = "name_variants"
    output_field = ArrayField(models.BigIntegerField())


def _key(expression: models.Func) -> models.GeneratedField:
    return models.GeneratedField(
        expression=expression, output_field=models.TextField(db_collation="C"), db_persist=True
    )


def _folded(expression: str | Combinable) -> models.GeneratedField:
    return _key(Fold(expression))


PHONE_END = 6
KEYS = ["family_key", "given_key", "name_key", "phone_key", "national_key"]


def merged_once() -> pgtrigger.Trigger:
    """Return a trigger that holds together what a merged record is.

    It has no case and no file, it points to a record of its clinic that is not merged itself, and it
    stays there until the merge is undone: so there are no circles. The target is locked, so that of
    two people who merge two records into each other one is refused.
    """
    return pgtrigger.Trigger(
        name="merged_once",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("merged_into_id"),
        condition=pgtrigger.Q(new__merged_into__isnull=False),
        declare=[("target", "cases_patient%ROWTYPE")],
        func="""
            IF TG_OP = 'UPDATE' AND OLD.merged_into_id = NEW.merged_into_id THEN
                RETURN NEW;
            END IF;
            SELECT * INTO target FROM cases_patient WHERE id = NEW.merged_into_id FOR SHARE;
            IF (TG_OP = 'UPDATE' AND OLD.merged_into_id IS NOT NULL)
                OR target.clinic_id IS DISTINCT FROM NEW.clinic_id
                OR target.merged_into_id IS NOT NULL
                OR EXISTS (SELECT 1 FROM cases_case WHERE patient_id = NEW.id)
                OR EXISTS (SELECT 1 FROM cases_attachment WHERE patient_id = NEW.id)
            THEN
                RAISE EXCEPTION 'this record cannot be merged into that one'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'merged_once';
            END IF;
            RETURN NEW;
        """,
    )


def of_current_patient() -> pgtrigger.Trigger:
    """Return a trigger that refuses a row of a patient whose record was merged into another.

    It waits for a merge that is under way, so that nothing slips in behind it.
    """
    return pgtrigger.Trigger(
        name="of_current_patient",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("patient_id"),
        declare=[("target", "uuid")],
        func="""
            IF TG_OP = 'UPDATE' AND OLD.patient_id = NEW.patient_id THEN
                RETURN NEW;
            END IF;
            SELECT merged_into_id INTO target FROM cases_patient WHERE id = NEW.patient_id FOR SHARE;
            IF target IS NOT NULL THEN
                RAISE EXCEPTION 'the record of this patient was merged into another'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'of_current_patient';
            END IF;
            RETURN NEW;
        """,
    )


class PatientQuerySet(models.QuerySet["Patient"]):
    """Questions about patients."""

    def current(self) -> "PatientQuerySet":
        """Those with a record of their own: not merged into another one."""
        return self.filter(merged_into__isnull=True)


@tracked(exclude=KEYS)
class Patient(Record):
    """A person under the care of one clinic.

    Yes/no fields that allow null mean: null is *not known*, which is never *no*.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="patients", db_index=False)
    record_number = models.CharField(_("record number"), max_length=30)
    title = models.CharField(_("title"), max_length=20, blank=True)
    family_name = models.CharField(_("family name"), max_length=100)
    given_name = models.CharField(_("given names"), max_length=100, blank=True)
    preferred_name = models.CharField(_("likes to be called"), max_length=100, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, default=Sex.UNKNOWN)
    national_id = models.CharField(_("national patient number"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    address = models.TextField(_("address"), max_length=500, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    gp_name = models.CharField(_("GP's name"), max_length=120, blank=True)
    gp_practice = models.CharField(_("GP practice"), max_length=160, blank=True)
    gp_address = models.TextField(_("GP's address"), max_length=500, blank=True)

    allergies = models.TextField(_("allergies and reactions"), max_length=1000, blank=True)
    no_known_allergies = models.BooleanField(_("no known allergies"), default=False)
    medication = models.TextField(_("medication"), max_length=2000, blank=True)
    medical_history = models.TextField(_("medical and surgical history"), max_length=4000, blank=True)
    on_anticoagulant = models.BooleanField(_("takes an anticoagulant"), null=True, blank=True)
    has_diabetes = models.BooleanField(_("has diabetes"), null=True, blank=True)
    has_implant = models.BooleanField(_("has an implant or pacemaker"), null=True, blank=True)

    interpreter_language = models.CharField(_("interpreter needed for"), max_length=60, blank=True)
    needs = models.TextField(_("other needs"), max_length=500, blank=True)
    consent_to_share = models.BooleanField(_("agrees to sharing with others"), null=True, blank=True)
    consent_on = models.DateField(_("agreed on"), null=True, blank=True)
    occupation = models.CharField(_("occupation"), max_length=120, blank=True)
    emergency_contact = models.CharField(_("emergency contact"), max_length=200, blank=True)
    notes = models.TextField(_("notes"), max_length=4000, blank=True)
    deceased_on = models.DateField(_("died on"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="merged", null=True, blank=True, editable=False
    )

    source_system = models.CharField(max_length=100, blank=True, editable=False)
    source_id = models.CharField(max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    family_key = _folded("family_name")
    given_key = _folded("given_name")
    name_key = _folded(Concat("family_name", models.Value(" "), "given_name"))
    phone_key = _key(PhoneKey("phone"))
    national_key = _key(NationalKey("national_id"))

    objects = PatientQuerySet.as_manager()

    class Meta:
        ordering = ["family_key", "given_key", "id"]
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        constraints = [
            models.UniqueConstraint(fields=["clinic", "record_number"], name="record_number_once_a_clinic"),
            models.UniqueConstraint(
                fields=["clinic", "source_system", "source_id"],
                condition=~models.Q(source_id=""),
                name="imported_once_a_clinic",
            ),
            models.CheckConstraint(condition=models.Q(sex__in=Sex.values), name="patient_sex_is_known_word"),
            models.CheckConstraint(
                condition=models.Q(no_known_allergies=False) | models.Q(allergies=""),
                name="allergies_or_none_known",
            ),
            models.CheckConstraint(
                condition=models.Q(birth_date__isnull=True)
                | models.Q(deceased_on__isnull=True)
                | models.Q(deceased_on__gte=models.F("birth_date")),
                name="born_before_death",
            ),
            models.CheckConstraint(
                condition=models.Q(birth_date__isnull=True)
                | models.Q(birth_date__gte=datetime.date(1880, 1, 1)),
                name="born_after_1880",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
                name="patient_not_merged_into_themselves",
            ),
        ]
        indexes = [
            models.Index(fields=["clinic", "family_key", "given_key", "id"], name="patient_by_family_name"),
            models.Index(fields=["clinic", "given_key", "family_key", "id"], name="patient_by_given_name"),
            GinIndex(
                fields=["clinic", "name_key"],
                opclasses=["uuid_ops", "gin_trgm_ops"],
                name="patient_by_similar_name",
            ),
            GinIndex(NameVariants("clinic", "name_key"), name="patient_by_nearly_that_name"),
            # With what the report on data quality compares of people born on one day.
            models.Index(
                fields=["clinic", "birth_date", "name_key"],
                include=["phone_key", "merged_into"],
                name="patient_by_birth_and_name",
            ),
            models.Index(fields=["clinic", "-created_at", "-id"], name="patient_by_day"),
            models.Index(fields=["clinic", "phone_key", "id"], name="patient_by_phone"),
            models.Index("clinic", Right("phone_key", PHONE_END), name="patient_by_end_of_phone"),
            models.Index(fields=["clinic", "national_key", "id"], name="patient_by_national_number"),
        ]
        triggers = [merged_once()]

    def __str__(self) -> str:
        family_name = in_capitals(self.family_name)
        return f"{family_name}, {self.given_name}" if self.given_name else family_name

    def age_on(self, day: datetime.date) -> int | None:
        """Return the age in whole years on `day`, or None when the birth date is not known.

        Somebody born on 29 February turns a year older on 1 March of a common year.
        """
        if self.birth_date is None:
            return None
        before_birthday = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before_birthday

    @property
    def age(self) -> int | None:
        """The age today in the clinic's time zone; at death for somebody who has died."""
        return self.age_on(self.deceased_on or timezone.localdate())

    @property
    def full_name(self) -> str:
        """The name as a letter writes it: Ms Anna Novak."""
        return " ".join(filter(None, [self.title, self.given_name, self.family_name]))
