"""The forms of a page as a browser sees them: where they go, and what they would send."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# They name a page or a form that is open, and no row.
_TOKENS = {"once", "page"}
_TEXT_TYPES = {"text", "search", "tel", "email", "url", "date", "datetime-local", "number", "password"}


@dataclass
class Field:
    """One control: its type, the value it holds, and the values it offers."""

    type: str
    value: str = ""
    offered: list[str] = field(default_factory=list)
    is_set: bool = False


@dataclass
class PageForm:
    """One form of a page."""

    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)

    def filled(self) -> dict[str, str]:
        """Return what a browser would send if nothing were changed."""
        return {name: one.value for name, one in self.fields.items() if one.is_set and one.type != "submit"}

    def texts(self) -> list[str]:
        """Return the names of fields that people type into."""
        return [name for name, one in self.fields.items() if one.type in _TEXT_TYPES | {"textarea"}]

    def fields_with_ids(self) -> list[str]:
        """Return the names of fields whose values are rows of the database."""
        return [
            name
            for name, one in self.fields.items()
            if name not in _TOKENS and any(_ID.fullmatch(value) for value in [one.value, *one.offered])
        ]


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.forms, self.outside = url, {}, PageForm(url, "get")
        self.current = self.select = self.textarea = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            post_to = attrs.get("hx-post")
            action = urljoin(self.url, post_to or attrs.get("action") or self.url)
            method = "post" if post_to else attrs.get("method", "get").lower()
            self.current = PageForm(action, method)
            self.forms[attrs.get("id") or f"form {len(self.forms)}"] = self.current
        form = self.forms.get(attrs.get("form"), self.current) or self.outside
        if tag == "input" and attrs.get("name"):
            self._input(form, attrs)
        elif tag == "button" and attrs.get("name"):
            form.fields[attrs["name"]] = Field("submit", attrs.get("value") or "")
        elif tag == "select" and attrs.get("name"):
            self.select = form.fields.setdefault(attrs["name"], Field("select", is_set=True))
        elif tag == "option" and self.select:
            value = attrs.get("value") or ""
            self.select.offered.append(value)
            if "selected" in attrs:
                self.select.value = value
        elif tag == "textarea" and attrs.get("name"):
            self.textarea = form.fields.setdefault(attrs["name"], Field("textarea", is_set=True))

    def _input(self, form, attrs):
        kind, value = attrs.get("type", "text"), attrs.get("value") or ""
        one = form.fields.setdefault(attrs["name"], Field(kind))
        one.offered.append(value)
        if kind not in ("radio", "checkbox") or "checked" in attrs:
            one.value, one.is_set = value, True

    def handle_data(self, data):
        if self.textarea:
            self.textarea.value += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.current = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea = None


def forms_in(html: str, url: str) -> list[PageForm]:
    """Return the forms that post, from a page at `url`."""
    reader = _Reader(url)
    reader.feed(html)
    return [form for form in reader.forms.values() if form.method == "post"]


def seen_in(client, page):
    """Return what a form of the admin says of the row that it shows, as it is posted with the rest."""
    return {"seen": client.get(page).context["adminform"].form["seen"].value()}
