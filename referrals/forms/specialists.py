"""Entries of the directory, finding them, and taking in a list of them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.choices import Origin, Urgency
from cases.import_export.incoming import Unusable
from cases.import_export.reading import decode
from cases.screening import load_catalogue
from clinic.forms import FootnoteForm, FootnoteModelForm
from referrals.directory.reading import MOST_BYTES
from referrals.models import Destination, Specialist
from referrals.ranking import Need, fits, objections, ranked

Choices = list[tuple[Any, Any]]


def conditions_by_origin() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the catalogue's conditions as choices, grouped by the origin that each has first."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, condition in load_catalogue().conditions.items():
        name = condition.name.removesuffix(" (suspected)")
        groups.setdefault(condition.origins[0], []).append((code, name))
    return [
        (str(Origin(origin).label), sorted(found, key=lambda one: one[1].casefold()))
        for origin, found in groups.items()
    ]


def specialist_choices(specialists: Iterable[Specialist], need: Need | None) -> Choices:
    """Return the directory as choices with the typical wait, those that fit the case in a group of their own.

    Without a `need`, or where none or all of them fit, it is one list, the best first.
    """
    entries = ranked(specialists, need or Need())
    fitting = [one for one in entries if need and fits(one, need)]
    others = [one for one in entries if one not in fitting]
    if not fitting or not others:
        return [(one.pk, in_a_choice(one)) for one in entries]
    return [
        (_("Fits this case"), [(one.pk, in_a_choice(one)) for one in fitting]),
        (_("Others"), [(one.pk, in_a_choice(one)) for one in others]),
    ]


def objection_sentences(specialist: Specialist, need: Need) -> list[str]:
    """Return what the directory says against an entry for a case, each with what to do."""
    sentences = {
        "service": _("%(who)s is not of the chosen kind of service."),
        "urgency": _("%(who)s does not take referrals of this urgency. Choose another, or telephone first."),
        "condition": _("%(who)s does not see the suspected conditions. Choose another, or telephone first."),
    }
    return [sentences[one] % {"who": specialist.name} for one in objections(specialist, need)]


def in_a_choice(specialist: Specialist) -> str:
    """Return how a list offers an entry: who, where, and how long it takes as a rule."""
    weeks = specialist.typical_wait_weeks
    if weeks is None:
        return str(specialist)
    wait = ngettext("about %(weeks)d week", "about %(weeks)d weeks", weeks) % {"weeks": weeks}
    return f"{specialist} ({wait})"


def _encrypted_addresses(field: "models.Field[Any, Any]", **kwargs: Any) -> forms.Field | None:
    """Somebody who types portal.example means the encrypted one."""
    if isinstance(field, models.URLField):
        kwargs |= {"assume_scheme": "https"}
    return field.formfield(**kwargs)


class SpecialistForm(FootnoteModelForm):
    """One entry of the directory. `seen` is the version that this form showed."""

    urgencies = forms.MultipleChoiceField(
        label=gettext_lazy("Urgencies accepted"),
        choices=[choice for choice in Urgency.choices if choice[0] != Urgency.NONE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("None ticked: all of them."),
    )
    conditions = forms.MultipleChoiceField(
        label=gettext_lazy("Conditions accepted"),
        choices=conditions_by_origin,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("None ticked: all that this kind of service sees."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2_147_483_647)

    class Meta:
        model = Specialist
        formfield_callback = _encrypted_addresses
        fields = [
            "name",
            "role",
            "organisation",
            "site",
            "destination",
            "address",
            "email",
            "phone",
            "portal_url",
            "urgencies",
            "conditions",
            "criteria",
            "typical_wait_weeks",
            "notes",
        ]
        widgets = {
            "address": forms.Textarea(attrs={"rows": 3}),
            "criteria": forms.Textarea(attrs={"rows": 3}),
            "notes": forms.Textarea(attrs={"rows": 2}),
            "portal_url": forms.URLInput(attrs={"placeholder": "https://"}),
        }
        help_texts = {
            "criteria": gettext_lazy("What they want to have tried, measured or attached first."),
            "portal_url": gettext_lazy("Where letters are entered, if they want them in a portal."),
            "notes": gettext_lazy("For your own team. They are in no letter."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version
        self.fields["typical_wait_weeks"].widget.attrs |= {"min": 0, "max": 260, "inputmode": "numeric"}

    def _post_clean(self) -> None:
        """Leave the instance alone: the action sets and checks it."""

    @property
    def details(self) -> dict[str, Any]:
        """The cleaned entry, ready for the action."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}

    def changed_meanwhile(self, current: Specialist) -> list[tuple[str, Any]]:
        """Return (label, value now) of what differs from what was typed."""
        return [
            (str(self.fields[name].label), _in_words(current, name))
            for name, typed in self.details.items()
            if getattr(current, name) != typed
        ]


def _in_words(specialist: Specialist, name: str) -> Any:
    value = getattr(specialist, name)
    if name == "destination":
        return specialist.get_destination_display()
    if name == "urgencies":
        return ", ".join(str(Urgency(code).label) for code in value)
    if name == "conditions":
        return ", ".join(condition_names(value))
    return value


def condition_names(codes: Iterable[str]) -> list[str]:
    """Return the names of conditions; one that the catalogue dropped since keeps its code."""
    known = load_catalogue().conditions
    return [
        known[code].name.removesuffix(" (suspected)") if code in known else code.replace("_", " ")
        for code in codes
    ]


class FindSpecialistForm(FootnoteForm):
    """Words of a name, place or role, and a kind of service."""

    mark = "required"
    q = forms.CharField(
        label=gettext_lazy("Name, organisation, site or role"), required=False, max_length=100
    )
    service = forms.ChoiceField(
        label=gettext_lazy("Kind of service"),
        choices=[("", gettext_lazy("Any")), *Destination.choices],
        required=False,
    )


class ImportForm(FootnoteForm):
    """A list of entries, in a file or pasted, and what becomes of those that are there already."""

    file = forms.Field(
        label=gettext_lazy("File"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        help_text=gettext_lazy("CSV, parted by commas, semicolons or tabs; up to 2 MB and 5,000 entries."),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste it"),
        required=False,
        max_length=MOST_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("With the line that names the columns."),
    )
    update_known = forms.TypedChoiceField(
        label=gettext_lazy("Entries with a name and organisation that are there already"),
        choices=[
            ("no", gettext_lazy("Leave them as they are")),
            ("yes", gettext_lazy("Update them from the file; an empty cell takes nothing away")),
        ],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
        initial="no",
    )

    def clean_file(self) -> str:
        """Return the text of the file, whatever its encoding, or nothing without a file."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if getattr(file, "problem", None) or file.size > MOST_BYTES:
            raise ValidationError(_("This file is larger than 2 MB. Send it in parts."))
        try:
            text, self.encoding, _warning = decode(file.read(), "")
        except Unusable:
            raise ValidationError(
                _("This file is empty or no text. Save the list as CSV; an Excel workbook cannot be read.")
            ) from None
        return text

    encoding = ""

    def clean(self) -> dict[str, Any]:
        """One of the two holds the list; `content` is it."""
        said = super().clean() or self.cleaned_data
        if self.errors:
            return said
        said["content"] = said["file"] or said["text"]
        if not said["content"].strip():
            self.add_error("file", _("Choose a file, or paste the list."))
        return said
