"""One patient as a file gives them, before anything of ours has been asked."""

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

# Fields that keep their lines; every other text becomes one line.
LONG_FIELDS = frozenset(
    {"address", "gp_address", "allergies", "medication", "medical_history", "needs", "notes"}
)
# A wrong one of these would be a wrong person, so that nothing in them is mended.
IDENTITY_FIELDS = frozenset({"family_name", "given_name", "birth_date"})

# Marks that turn text around or hide in it; the joiners that Persian and Hindi need stay.
_INVISIBLE = re.compile("[\u200b\u202a-\u202e\u2066-\u2069\ufeff]")
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Unusable(Exception):
    """Nothing in the file can be used; the message is one sentence for the operator."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field, or worth knowing about it."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


@dataclass
class IncomingPatient:
    """The values of one patient by the names of the model's fields, and what is wrong with them.

    `source_system` and `source_id` say who they are where they come from; `fingerprint` makes both
    from the values when the source has no id. A row with refusals is never written; remarks are
    said and the row is taken.
    """

    file: str
    place: str
    values: dict[str, Any] = field(default_factory=dict)
    source_system: str = ""
    source_id: str = ""
    refusals: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)

    def refuse(self, about: str, message: str) -> None:
        """Note a reason why this row must not be written."""
        self.refusals.append(Problem(about, message))

    def remark(self, about: str, message: str) -> None:
        """Note something the operator should know about a row that is taken."""
        self.remarks.append(Problem(about, message))

    def put(self, name: str, text: str, about: str = "") -> None:
        """Set a text field, tidied. Characters that are not text refuse a name, else are dropped."""
        if _NOT_TEXT.search(text):
            if name in IDENTITY_FIELDS:
                self.refuse(about or name, "holds characters that are not text")
                return
            self.remark(about or name, "characters that are not text were left out")
        self.values[name] = tidy(text, lines=name in LONG_FIELDS)
        if name == "family_name" and text.strip() and not any(map(str.isalpha, text)):
            self.refuse(about or name, "holds no letter")

    def add(self, name: str, text: str, about: str = "") -> None:
        """Add a line to a long field."""
        if text.strip():
            before = self.values.get(name, "")
            self.put(name, f"{before}\n{text}" if before else text, about)

    def note(self, label: str, text: str) -> None:
        """Keep what has no field of its own, under its name, in the notes."""
        if text.strip():
            self.add("notes", f"{label}: {text}", label)

    def fingerprint(self) -> None:
        """Give a row without an id one made of all its values, so that it is known again."""
        content = json.dumps(self.values, sort_keys=True, default=str)
        self.source_id = "sha256:" + hashlib.sha256(content.encode()).hexdigest()


def tidy(text: str, *, lines: bool = False) -> str:
    """Return the text in NFC, without controls and stray blanks; one line unless `lines`."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n")))
    text = _NOT_TEXT.sub("", text.replace("\r", "\n").replace("\x85", "\n"))
    if not lines:
        return " ".join(text.split())
    return "\n".join(" ".join(line.split()) for line in text.strip().split("\n"))
