"""What the tests of attached files do again and again."""

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases import actions
from cases.attachments import storage
from tests.hostile_files import pdf


def sent(content: bytes, name: str = "left heel.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def attach(patient, content=None, name="left heel.pdf", **said):
    content = pdf() if content is None else content
    return actions.attach_file(patient=patient, by=patient.created_by, file=sent(content, name), **said)


def on_disk() -> list[str]:
    return sorted(path.name for path in storage.directory().iterdir())


def url_of(name, row) -> str:
    return reverse(f"cases:{name}", args=[row.pk])


def damage(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"x")
