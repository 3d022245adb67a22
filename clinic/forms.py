"""What every form shares: tidy text, tolerant dates, clear messages, one crispy helper."""

import datetime
import unicodedata
from collections.abc import Mapping
from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.db.models.fields import BLANK_CHOICE_DASH
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.dates import month_number, parse_date

REQUIRED = forms.Field.default_error_messages["required"]


def tidy(text: str) -> str:
    """Return `text` with composed letters and plain line ends, otherwise as typed."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def refuse_unprintable(text: str) -> None:
    """Raise ValidationError for control characters, broken characters and lone surrogates."""
    for character in text:
        if character in "\n\t":
            continue
        if character == "\ufffd" or unicodedata.category(character) in {"Cc", "Cs"}:
            raise ValidationError(
                _("This text contains a character that cannot be read. Delete it and type it again."),
                code="unprintable",
            )


def refuse_line_breaks(text: str) -> None:
    """Raise ValidationError when text for one line has several."""
    if "\n" in text:
        raise ValidationError(_("Write this on one line."), code="line_breaks")


class _FootnoteForm:
    """Behaviour of both kinds of form. `mark` says which fields are marked: required or optional."""

    mark = "optional"
    use_required_attribute = False

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(_tidied(data), *args, **kwargs)  # type: ignore[call-arg]
        for field in self.fields.values():  # type: ignore[attr-defined]
            _prepare(field)

    @property
    def helper(self) -> FormHelper:
        """The crispy helper; the template writes the form element and its buttons."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        return helper


def _tidied(data: Any) -> Any:
    if isinstance(data, QueryDict):
        data = data.copy()
        for key, values in list(data.lists()):
            data.setlist(key, [tidy(value) for value in values])
    elif isinstance(data, Mapping):
        data = {key: tidy(value) if isinstance(value, str) else value for key, value in data.items()}
    return data


def _prepare(field: forms.Field) -> None:
    if field.required and str(field.error_messages["required"]) == str(REQUIRED):
        chooses = isinstance(field, forms.ChoiceField)
        template = _("%(label)s: choose one.") if chooses else _("%(label)s is missing.")
        field.error_messages["required"] = template % {"label": _capitalised(field.label)}
    if isinstance(field, forms.CharField):
        field.validators.append(refuse_unprintable)
        if isinstance(field.widget, forms.Textarea):
            # A browser that cuts pasted text off at the limit loses it without a word.
            field.widget.attrs.pop("maxlength", None)
            field.widget.attrs.setdefault("rows", 3)
        else:
            field.validators.append(refuse_line_breaks)


def _capitalised(label: Any) -> str:
    text = str(label or "")
    return text[:1].upper() + text[1:]


class FootnoteForm(_FootnoteForm, forms.Form):
    """A form of ours."""


class FootnoteModelForm(_FootnoteForm, forms.ModelForm):
    """A form of ours over a model. It validates; an action saves."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = _capitalised(field.label)
            if isinstance(field, forms.TypedChoiceField):
                dashes = BLANK_CHOICE_DASH[0][1]
                choices = cast("list[tuple[Any, Any]]", list(field.choices))  # type: ignore[arg-type]
                field.choices = [(value, "—" if label == dashes else label) for value, label in choices]


class DateField(forms.DateField):
    """A date typed in any usual way, the day before the month; native picker where there is one."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_error_messages = {
        "invalid": _("Enter a real date, day first, for example 27/3/2026 or 27 Mar 2026."),
        "too_late": _("This date must not be after %(limit)s."),
        "too_early": _("This date must not be before %(limit)s."),
    }

    def __init__(
        self,
        *,
        not_future: bool = False,
        earliest: datetime.date = datetime.date(1880, 1, 1),
        latest: datetime.date = datetime.date(2200, 1, 1),
        **kwargs: Any,
    ) -> None:
        self.not_future, self.earliest, self.latest = not_future, earliest, latest
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime.date | None:
        if not isinstance(value, str):
            return super().to_python(value)
        if not value.strip():
            return None
        if len(value) > 40:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        latest = timezone.localdate() if self.not_future else None
        try:
            return parse_date(value, latest=latest)
        except (ValueError, OverflowError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def validate(self, value: datetime.date | None) -> None:
        super().validate(value)
        if value is None:
            return
        latest = timezone.localdate() if self.not_future else self.latest
        for wrong, code, limit in (
            (value > latest, "too_late", latest),
            (value < self.earliest, "too_early", self.earliest),
        ):
            if wrong:
                shown = f"{limit.day} {limit:%b %Y}"
                raise ValidationError(self.error_messages[code], code=code, params={"limit": shown})


class ThreeBoxes(forms.MultiWidget):
    """Day, month and year in three boxes: for dates that people know by heart."""

    box_labels = (_("Day"), _("Month"), _("Year"))

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {}
        for name, length in (("day", 2), ("month", 9), ("year", 4)):
            numeric = {} if name == "month" else {"inputmode": "numeric"}
            boxes[name] = forms.TextInput(
                attrs={"maxlength": length, "autocomplete": f"bday-{name}", **numeric}
            )
        super().__init__(boxes, attrs)

    def decompress(self, value: datetime.date | None) -> list[Any]:
        return [value.day, value.month, value.year] if value else [None, None, None]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for box, label in zip(context["widget"]["subwidgets"], self.box_labels, strict=True):
            box["label"] = label
        return context


class BirthDateField(forms.MultiValueField):
    """A date of birth in three boxes, each mistake named. Empty is allowed unless required."""

    widget = ThreeBoxes
    default_error_messages = {
        "incomplete": _("A date of birth needs a day, a month and a year."),
        "invalid": _("Enter a real date of birth, for example 27 3 1965."),
        "short_year": _("Enter the year of birth with four digits."),
        "future": _("The date of birth is in the future."),
        "too_early": _("The date of birth must be in 1880 or later."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("For example, 27 3 1965"))
        boxes = (forms.CharField(max_length=4), forms.CharField(max_length=9), forms.CharField(max_length=6))
        super().__init__(fields=boxes, require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> datetime.date | None:
        parts = [str(part or "").strip() for part in (value or [])]
        if not any(parts):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if not all(parts):
            raise self._wrong("incomplete")
        return self._as_date(*parts)

    def _as_date(self, day: str, month: str, year: str) -> datetime.date:
        if not (day.isdecimal() and year.isdecimal()) or len(day) > 2:
            raise self._wrong("invalid")
        if len(year) != 4:
            raise self._wrong("short_year")
        try:
            date = datetime.date(int(year), month_number(month), int(day))
        except (ValueError, OverflowError):
            raise self._wrong("invalid") from None
        if date > timezone.localdate():
            raise self._wrong("future")
        if date.year < 1880:
            raise self._wrong("too_early")
        return date

    def _wrong(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


class Segmented(forms.RadioSelect):
    """Two to four answers side by side, each a target of 44 px."""

    segmented = True


class YesNoUnknownField(forms.TypedChoiceField):
    """Yes, no or not known, where not known is never no. Cleans to True, False or None."""

    widget = Segmented

    def __init__(self, *, unknown: Any = None, **kwargs: Any) -> None:
        choices = [("yes", _("Yes")), ("no", _("No")), ("", unknown or _("Not known"))]
        kwargs.setdefault("required", False)
        super().__init__(choices=choices, coerce=lambda word: word == "yes", empty_value=None, **kwargs)

    def prepare_value(self, value: Any) -> str:
        return {True: "yes", False: "no", None: ""}.get(value, value)
