"""Clinics, people and the log of reads in the admin."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

# Imported before they are taken out of the site below.
from allauth.mfa import admin as _mfa_admin  # noqa: F401
from allauth.mfa.models import Authenticator
from allauth.usersessions import admin as _usersessions_admin  # noqa: F401
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic import audit
from clinic.admin_actions import asked_first
from clinic.admin_site import ClinicModelAdmin, TolerantAdmin
from clinic.admin_stale import SeenForm
from clinic.models import AccessLog, Clinic, Closure, Membership, Site, User
from clinic.record_admin.filters import by_person
from clinic.record_admin.pages import PATIENT, RecordAdmin

admin.site.unregister([Group, Authenticator, UserSession])


@admin.register(Clinic)
class ClinicAdmin(ClinicModelAdmin):
    """The manager's own clinic; only superusers add clinics."""

    clinic_path = "pk"
    edit_verb = "members.edit"
    list_display = ("name", "phone", "email")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._is_superuser(request)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> "type[ModelForm[Any]]":
        """Offer only the clinic's own members as the owner of referrals."""
        form = super().get_form(request, obj, change, **kwargs)
        field = form.base_fields.get("referral_coordinator")
        if isinstance(field, ModelChoiceField) and obj is not None:
            field.queryset = User.objects.filter(memberships__clinic=obj).distinct()
        return form


class SiteForm(SeenForm):
    """A site by its name, and whether patients are still seen there."""

    clinic: Clinic | None = None
    in_use = forms.BooleanField(
        label=_("In use"),
        required=False,
        initial=True,
        help_text=_("Untick it when patients are no longer seen there. Earlier visits keep the site."),
    )

    class Meta:
        model = Site
        fields = ["name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["in_use"] = self.instance.retired_at is None

    def clean_name(self) -> str:
        """The clinic has a name once, however it is written."""
        name: str = self.cleaned_data["name"]
        same = Site.objects.filter(clinic=self.clinic, name__iexact=name)
        if same.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a site with this name already."))
        return name

    def clean(self) -> dict[str, Any]:
        """A site keeps the time at which it was retired first."""
        data = super().clean() or self.cleaned_data
        self.instance.clinic = self.clinic
        retired_at = None if data.get("in_use") else self.instance.retired_at or timezone.now()
        self.instance.retired_at = retired_at
        return data


@admin.register(Site)
class SiteAdmin(ClinicModelAdmin):
    """Where the clinic sees patients. A site is retired, never deleted."""

    form = SiteForm
    edit_verb = "members.edit"
    list_display = ("name", "in_use")
    search_fields = ("name",)

    @admin.display(description=_("in use"), boolean=True)
    def in_use(self, site: Site) -> bool:
        return site.retired_at is None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A site needs a clinic to belong to."""
        return super().has_add_permission(request) and getattr(request, "clinic", None) is not None

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> "type[ModelForm[Any]]":
        form = super().get_form(request, obj, change, **kwargs)
        form.clinic = obj.clinic if obj else request.clinic  # type: ignore[attr-defined]
        return form


class ClosureForm(SeenForm):
    """A day on which the clinic is closed."""

    clinic: Clinic | None = None

    class Meta:
        model = Closure
        fields = ["on", "name"]

    def clean_on(self) -> Any:
        """A day is named once."""
        on = self.cleaned_data["on"]
        if Closure.objects.filter(clinic=self.clinic, on=on).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This day is on the list already."))
        return on


@admin.register(Closure)
class ClosureAdmin(ClinicModelAdmin):
    """The days on which the clinic is closed. They hold nothing of anybody, so they may be deleted."""

    form = ClosureForm
    edit_verb = "clinic.calendar"
    list_display = ("on", "name")
    list_filter = ("on",)
    ordering = ("-on",)
    search_fields = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A day needs a clinic that is closed."""
        return super().has_add_permission(request) and getattr(request, "clinic", None) is not None

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may_edit(request)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> "type[ModelForm[Any]]":
        form = super().get_form(request, obj, change, **kwargs)
        form.clinic = obj.clinic if obj else request.clinic  # type: ignore[attr-defined]
        return form

    def save_model(self, request: HttpRequest, obj: Closure, form: Any, change: bool) -> None:
        """A new day is one of the clinic of the person who adds it."""
        if not change:
            obj.clinic = request.clinic  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)


class KnownOrNothing(AutocompleteSelect):
    """A box that completes what one types. What is no key of anybody is shown as nothing chosen.

    Django's own asks the database for it and ends in an error, before the form can say that it is wrong.
    """

    def optgroups(self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None) -> Any:
        return super().optgroups(name, [one for one in value if _is_key(one)], attrs)


def _is_key(text: Any) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True


@admin.register(Membership)
class MembershipAdmin(ClinicModelAdmin):
    """Who works in the clinic, as what. Ended by unticking *active*."""

    edit_verb = "members.edit"
    list_display = ("user", "role", "is_active", "clinic")
    list_filter = ("role", "is_active")
    list_select_related = ("user", "clinic")
    search_fields = ("user__name", "user__email")
    autocomplete_fields = ("user",)
    actions = ("end", "let_in_again")

    @admin.action(description=_("End: they are out at their next click"), permissions=["change"])
    def end(self, request: HttpRequest, rows: QuerySet[Membership]) -> HttpResponse | None:
        """Nobody ends their own."""
        return asked_first(
            self,
            request,
            rows.exclude(user=request.user.pk),
            action="end",
            question=_("End these memberships?"),
            button=_("End them"),
            done=_("Ended: they are out at their next click."),
            do=lambda row: _set_active(row, False),
        )

    @admin.action(description=_("Let in again"), permissions=["change"])
    def let_in_again(self, request: HttpRequest, rows: QuerySet[Membership]) -> HttpResponse | None:
        return asked_first(
            self,
            request,
            rows.exclude(user=request.user.pk),
            action="let_in_again",
            question=_("Let these people in again?"),
            button=_("Let them in"),
            done=_("They may sign in again."),
            do=lambda row: _set_active(row, True),
        )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = KnownOrNothing(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody gives themselves another role: a second manager or a superuser does that."""
        if obj is not None and obj.user_id == request.user.pk and not self._is_superuser(request):
            return False
        return super().has_change_permission(request, obj)

    @admin.display(description=_("user"))
    def person(self, membership: Membership) -> str:
        """Return who it is, for those whom Django's link to the user would lead nowhere."""
        return str(membership.user)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if self._is_superuser(request) else ("user",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if self._is_superuser(request) else ("person", "clinic")


def _set_active(membership: Membership, active: bool) -> None:
    membership.is_active = active
    membership.save(update_fields=["is_active"])


@admin.register(AccessLog)
class AccessLogAdmin(RecordAdmin):
    """Which pages showed patients to whom; nobody can change it. A row's page names the records."""

    about = _("Every page that showed a patient, and to whom. Nobody can change this.")
    patients = ()
    number = "number"
    moment = "at"
    columns = ("at", "user__name", "action", "patients__len", "hash")
    in_list = ("at", "user__name", "action", "patients__len")
    labels: ClassVar[dict[str, Any]] = {
        "at": _("when"),
        "user__name": _("who"),
        "action": _("page"),
        "patients__len": _("records shown"),
        "hash": _("hash of this row and the one before"),
    }
    filters = (by_person(AccessLog, "user"),)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let superusers in without a clinic too: the rows themselves show nobody."""
        return ClinicModelAdmin.has_view_permission(self, request, obj)

    def links(self, request: HttpRequest, row: dict[str, Any]) -> list[tuple[str, str]]:
        """Return the records that were shown, as far as they are of the reader's clinic."""
        clinic = getattr(request, "clinic", None)
        if clinic is None:
            return []
        shown = AccessLog.objects.filter(pk=row["pk"]).values_list("patients", flat=True).get()
        records = clinic.patients.filter(pk__in=shown).order_by("record_number")
        known = list(records.values_list("pk", "record_number"))
        audit.shows(request, [key for key, _number in known])
        return [
            (gettext("Record %(number)s") % {"number": number}, reverse(PATIENT, args=[key]))
            for key, number in known
        ]


class NewUserForm(AdminUserCreationForm):
    """A new user signs in with an e-mail address."""

    class Meta:
        model = User
        fields = ("email", "name", "profession", "registration_number")
        field_classes: dict[str, type] = {}


class ChangedUserForm(UserChangeForm):
    """Users have no username."""

    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, type] = {}


@admin.register(User)
class UserAdmin(TolerantAdmin, DjangoUserAdmin):
    """Users, for superusers only: a person may work in several clinics."""

    form, add_form = ChangedUserForm, NewUserForm
    ordering = ("name",)
    list_display = ("name", "email", "is_active", "is_superuser")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("name", "email")
    fieldsets = (
        (None, {"fields": ("email", "name", "profession", "registration_number", "password")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "email",
                    "name",
                    "profession",
                    "registration_number",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RemovedOnly(TolerantAdmin):
    """What signing in makes: a superuser may look at it and remove it, nobody writes it by hand."""

    exclude = ("data",)
    search_fields = ("user__email",)
    list_select_related = ("user",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Authenticator)
class AuthenticatorAdmin(RemovedOnly):
    """Second factors, removed for somebody who has lost theirs. Their secrets are not shown."""

    list_display = ("user", "type", "created_at", "last_used_at")


@admin.register(UserSession)
class UserSessionAdmin(RemovedOnly):
    """Where people are signed in."""

    list_display = ("user", "created_at", "last_seen_at", "ip", "user_agent")
