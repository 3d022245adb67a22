"""The table of merge fields: what a wording may name, and nothing else."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

KINDS = ("opening", "closing", "patient_copy", "email", "chase")
_FILE = Path(__file__).with_name("fields.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One merge field. `only` are the kinds of wording that have a value for it; empty means all.

    `one_of` is every value it can have, empty for free text. `private` is about the patient.
    `optional` may be without a value.
    """

    name: str
    label: str
    example: str
    only: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    private: bool = False
    optional: bool = False

    @property
    def mark(self) -> str:
        """How a wording names it."""
        return f"{{{{ {self.name} }}}}"

    def is_for(self, kind: str) -> bool:
        """Return whether a wording of this kind may name the field."""
        return kind in (self.only or KINDS) and not (self.private and kind == "email")


def _load() -> dict[str, Field]:
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        name: Field(
            name=name,
            label=row["label"],
            example=row["example"],
            only=tuple(row.get("only", ())),
            one_of=tuple(row.get("one_of", ())),
            private=row.get("private", False),
            optional=row.get("optional", False),
        )
        for name, row in rows.items()
    }


FIELDS = _load()


def fields_for(kind: str) -> list[Field]:
    """Return the fields that a wording of this kind may name, in the order of the table."""
    return [field for field in FIELDS.values() if field.is_for(kind)]


def sample_values(kind: str) -> dict[str, str]:
    """Return the values of the sample patient, who does not exist."""
    return {field.name: field.example for field in fields_for(kind)}
