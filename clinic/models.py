"""Who works where: clinics, users, memberships, and the log of who looked at whom."""

import zoneinfo
from typing import Any, ClassVar

import pgtrigger
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.records import Record, append_only, tracked


def validate_time_zone(name: str) -> None:
    """Refuse a name that the IANA time zone data does not know."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("Enter a time zone such as Europe/London."))


def monday_to_friday() -> list[int]:
    """Return the days of an ordinary working week: 0 is Monday."""
    return [0, 1, 2, 3, 4]


@tracked()
class Clinic(Record):
    """A clinic: the boundary that no record crosses.

    The deadlines are days within which a referral of that urgency has to be answered; they follow
    the urgencies of the clinical reference and a manager may change them.
    """

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), unique=True)
    address = models.TextField(_("address"), max_length=500)
    phone = models.CharField(_("telephone"), max_length=40)
    email = models.EmailField(_("e-mail"))
    letterhead_line = models.CharField(_("line under the name in letters"), max_length=160, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/London", validators=[validate_time_zone]
    )
    locale = models.CharField(_("language"), max_length=10, default="en-gb")
    emergency_advice = models.TextField(
        _("what to do in an emergency"),
        max_length=1000,
        blank=True,
        help_text=_("Whom to phone, with numbers. Shown when a screening says emergency."),
    )
    urgent_days = models.PositiveSmallIntegerField(_("days for an urgent referral"), default=14)
    soon_days = models.PositiveSmallIntegerField(_("days for a soon referral"), default=42)
    routine_days = models.PositiveSmallIntegerField(_("days for a routine referral"), default=126)
    acknowledge_days = models.PositiveSmallIntegerField(
        _("days until a sent referral should be acknowledged"), default=7
    )
    escalate_after_days = models.PositiveSmallIntegerField(
        _("working days after which an overdue referral goes to the lead podiatrist and the manager"),
        default=3,
    )
    working_days = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("days on which the clinic is open"),
        default=monday_to_friday,
        help_text=_("0 is Monday, 6 is Sunday."),
    )
    cosign_letters = models.BooleanField(_("letters are signed by two podiatrists"), default=False)
    copy_to_gp = models.BooleanField(_("send the GP a copy of each letter"), default=True)
    copy_to_patient = models.BooleanField(_("send the patient a copy in plain words"), default=True)
    referral_coordinator = models.ForeignKey(
        "clinic.User",
        verbose_name=_("who owns a referral once it is signed"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("clinic")
        verbose_name_plural = _("clinics")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(working_days__len__gte=1)
                & models.Q(working_days__contained_by=[0, 1, 2, 3, 4, 5, 6]),
                name="clinic_is_open_on_some_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def days_for(self, urgency: str) -> int:
        """Return the days within which a referral of this urgency is due."""
        return {
            "emergency": 0,
            "within_1_working_day": 1,
            "urgent": self.urgent_days,
            "soon": self.soon_days,
        }.get(urgency, self.routine_days)

    def podiatrists(self) -> "models.QuerySet[User]":
        """Return those who may lead a case: the clinic's active podiatrists."""
        return User.objects.filter(
            is_active=True,
            memberships__clinic=self,
            memberships__role=Role.PODIATRIST,
            memberships__is_active=True,
        )


@tracked()
class Closure(Record):
    """A day on which a clinic is closed although it is a day of its working week: a bank holiday."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="closures")
    on = models.DateField(_("closed on"))
    name = models.CharField(_("why"), max_length=80, blank=True)

    class Meta:
        ordering = ["on"]
        verbose_name = _("day on which the clinic is closed")
        verbose_name_plural = _("days on which the clinic is closed")
        constraints = [models.UniqueConstraint(fields=["clinic", "on"], name="closed_once_a_day")]

    def __str__(self) -> str:
        return f"{self.on} {self.name}".strip()


class SiteQuerySet(models.QuerySet["Site"]):
    """Questions about sites."""

    def in_use(self) -> "SiteQuerySet":
        """Those at which patients are still seen."""
        return self.filter(retired_at__isnull=True)


@tracked()
class Site(Record):
    """A place at which a clinic sees patients. Retired, never deleted: visits name it."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="sites", editable=False)
    name = models.CharField(_("name"), max_length=80)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        constraints = [
            models.UniqueConstraint("clinic", Lower("name"), name="site_name_once_a_clinic"),
            models.CheckConstraint(condition=~models.Q(name=""), name="site_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked(exclude=["png"])
class Logo(Record):
    """The picture at the head of a clinic's letters: a PNG that was written anew when it came in."""

    clinic = models.OneToOneField(Clinic, on_delete=models.PROTECT, related_name="logo")
    png = models.BinaryField()
    alt = models.CharField(_("what it shows"), max_length=120)

    class Meta:
        verbose_name = _("logo")
        verbose_name_plural = _("logos")

    def __str__(self) -> str:
        return self.alt


class UserManager(BaseUserManager["User"]):
    """Users are found by e-mail address, whatever its case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


@tracked(exclude=["password", "last_login"])
class User(Record, AbstractUser):
    """A person who signs in. What they may do is said by their membership, not here."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("full name"), max_length=120)
    profession = models.CharField(_("profession"), max_length=80, blank=True)
    registration_number = models.CharField(
        _("registration number"),
        max_length=40,
        blank=True,
        help_text=_("As letters show it, for example HCPC CH12345."),
    )
    daily_email = models.BooleanField(_("daily e-mail of referrals in hand"), default=True)
    monthly_email = models.BooleanField(_("monthly e-mail of the clinic's reports"), default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Return whether this is a superuser. Nobody else has permissions of Django's own."""
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        """Return whether this is a superuser, as `has_perm`."""
        return self.is_active and self.is_superuser


@tracked(exclude=["png"])
class SignatureImage(Record):
    """A person's signature for letters: a PNG that was written anew when it came in."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="signature_image")
    png = models.BinaryField()

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")

    def __str__(self) -> str:
        return str(self.user)


class Role(models.TextChoices):
    """What a person does in a clinic; `clinic.access` says what each may do."""

    PODIATRIST = "podiatrist", _("Podiatrist")
    ADMIN_STAFF = "admin_staff", _("Admin staff")
    MANAGER = "manager", _("Manager")
    AUDITOR = "auditor", _("Auditor")


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions about memberships."""

    def active(self) -> "MembershipQuerySet":
        """Those that still let their user in."""
        return self.filter(is_active=True, user__is_active=True)


@tracked()
class Membership(Record):
    """One user's role in one clinic. Ended by `is_active`, never deleted."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["clinic__name", "user__name"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "clinic"], name="one_membership_a_clinic"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()}, {self.clinic})"


@tracked()
class MonthlyReport(Record):
    """One e-mail of a month's reports to one manager, so that none goes twice. `month` is its first day."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="monthly_reports")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="monthly_reports")
    month = models.DateField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("monthly report")
        verbose_name_plural = _("monthly reports")
        constraints = [
            models.UniqueConstraint(fields=["clinic", "user", "month"], name="one_report_a_month"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="month_is_its_first_day"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class AccessLog(models.Model):
    """One page that showed patients to somebody. Written by the database's own rules.

    `number` and `hash` are set by a trigger: each row's hash covers the row and the hash before it
    in the same clinic, so that an edit, a removal or a changed order is found by `verify_audit`.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.BigIntegerField(editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=80)
    patients = ArrayField(models.UUIDField())
    hash = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("page shown")
        verbose_name_plural = _("pages shown")
        constraints = [
            models.UniqueConstraint(fields=["clinic", "number"], name="access_log_number_once"),
        ]
        indexes = [
            GinIndex(fields=["patients"], name="access_log_by_patient"),
            models.Index(fields=["clinic", "-at", "-id"], name="access_log_by_day"),
        ]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name="chained",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("previous", "clinic_accesslog%ROWTYPE")],
                func="""
                    PERFORM pg_advisory_xact_lock(
                        hashtext('clinic_accesslog'), hashtext(NEW.clinic_id::text));
                    SELECT * INTO previous FROM clinic_accesslog
                        WHERE clinic_id = NEW.clinic_id ORDER BY number DESC LIMIT 1;
                    NEW.number := COALESCE(previous.number, 0) + 1;
                    NEW.hash := clinic_access_hash(COALESCE(previous.hash, ''), NEW.number,
                        NEW.clinic_id, NEW.user_id, NEW.at, NEW.action, NEW.patients);
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"


class SentForm(models.Model):
    """A form that was sent once, by the token in its page: sending it again repeats nothing.

    `location` is where the first sending led. Kept for two days.
    """

    token = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=300)
    location = models.CharField(max_length=300)
    sent_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return str(self.token)


class CacheEntry(models.Model):
    """The table of Django's database cache: rate limits that all worker processes share."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "clinic_cache"

    def __str__(self) -> str:
        return self.cache_key
