"""Where attached files lie: under random names in one directory that nobody else may enter.

A file is written beside its place under a name that begins with a point, brought to the disk, renamed,
and only then gets its row. So no row is without a file and no file is half there; what can be left
behind is a file without a row, after a crash, which `manage.py check_attachments` finds.
"""

import errno
import hashlib
import logging
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.http import HttpResponse
from django.utils.translation import gettext as _

from cases.attachments.checking import Checked, FileRefused, check
from cases.models import Attachment

UNFINISHED = ".new-"
EXTENSIONS = {"pdf": ".pdf", "jpeg": ".jpg", "png": ".png"}
CONTENT_TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
_CHUNK = 1024 * 1024
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_stored_here: ContextVar[list[str] | None] = ContextVar("stored_here", default=None)

logger = logging.getLogger(__name__)


class CannotStore(Exception):
    """The disk takes no file: it is full, or may not be written. Nothing is left on it."""

    def __init__(self, number: int | None) -> None:
        super().__init__(os.strerror(number or 0))
        self.is_full = number in _FULL

    @property
    def sentence(self) -> str:
        """What whoever attaches the file is told."""
        if self.is_full:
            return _(
                "There is no room left on the server’s disk, so nothing of this file was kept. Tell "
                "whoever looks after Footnote, and attach it again when there is."
            )
        return _(
            "The server may not write to its disk, so nothing of this file was kept. Tell whoever "
            "looks after Footnote, and attach it again later."
        )


class FileGone(Exception):
    """The file of an attachment is not where it was put, or cannot be read."""


class FileChanged(Exception):
    """The file of an attachment is not the one that was put there: its hash differs."""


@dataclass(frozen=True)
class Incoming:
    """Files that are being checked: what was sent, and the picture and preview made of it."""

    sent: Path
    picture: Path
    preview: Path


@dataclass(frozen=True)
class Stored:
    """A file in its place."""

    name: str
    content_type: str
    size: int
    sha256: str
    has_preview: bool


def directory() -> Path:
    """Return the directory of all attachments, made on first use, for our own user alone."""
    path: Path = settings.ATTACHMENTS_DIR
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def path_of(stored_name: str) -> Path:
    return Path(settings.ATTACHMENTS_DIR) / stored_name


def preview_of(stored_name: str) -> Path:
    """Return where the preview of a picture lies, whether it has one or not."""
    return path_of(f"{Path(stored_name).stem}.preview.jpg")


@contextmanager
def received(file: File) -> Iterator[Incoming]:
    """Write what was sent beside its place for as long as the block lasts.

    Raises CannotStore, and FileRefused for a file above the limit.
    """
    with _disk_problems():
        if problem := getattr(file, "problem", None):
            raise problem
        paths = [directory() / f"{UNFINISHED}{secrets.token_hex(16)}" for _each in range(3)]
    try:
        with _disk_problems():
            _write(file, paths[0])
        yield Incoming(*paths)
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


def create(path: Path) -> IO[bytes]:
    """Open a new file for writing that only our own user can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _write(file: File, path: Path) -> None:
    size = 0
    with create(path) as target:
        for chunk in file.chunks(_CHUNK):
            size += len(chunk)
            if size > settings.ATTACHMENT_MAX_BYTES:
                raise FileRefused("too_large")
            target.write(chunk)


def examined(incoming: Incoming) -> Checked:
    """Return what was sent, its picture written anew. Raises FileRefused and CannotStore."""
    with _disk_problems():
        return check(incoming.sent, incoming.picture, incoming.preview)


@contextmanager
def stored(incoming: Incoming, checked: Checked) -> Iterator[Stored]:
    """Bring a checked file to its place; it is taken away again if the block fails. Raises CannotStore."""
    stem = secrets.token_hex(16)
    name = stem + EXTENSIONS[checked.kind]
    try:
        with _disk_problems():
            if checked.is_picture:
                _bring(incoming.preview, preview_of(name))
            _bring(incoming.picture if checked.is_picture else incoming.sent, path_of(name))
            _to_disk(directory())
            size, sha256 = size_and_hash(path_of(name))
        if (here := _stored_here.get()) is not None:
            here.append(name)
        yield Stored(name, CONTENT_TYPES[checked.kind], size, sha256, checked.is_picture)
    except BaseException:
        remove(name)
        raise


def _bring(source: Path, target: Path) -> None:
    source.chmod(0o600)
    _to_disk(source)
    source.rename(target)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(stored_name: str) -> None:
    """Take a file and its preview away, as far as they are there and the disk lets us."""
    for path in (path_of(stored_name), preview_of(stored_name)):
        try:
            path.unlink(missing_ok=True)
        except OSError:
            logger.exception("A file without a row could not be removed; check_attachments will find it.")


@contextmanager
def _disk_problems() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        logger.exception("An attached file could not be stored.")
        raise CannotStore(error.errno) from error


def without_orphans(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate a view so that a file whose row was rolled back goes too.

    It stands outside whatever opens the transaction, and asks the database itself what has stayed.
    """

    @wraps(view)
    def kept(*args: Any, **kwargs: Any) -> HttpResponse:
        token = _stored_here.set([])
        try:
            return view(*args, **kwargs)
        finally:
            names = _stored_here.get() or []
            _stored_here.reset(token)
            _remove_rowless(names)

    return kept


def _remove_rowless(names: list[str]) -> None:
    if not names:
        return
    with_row = set(Attachment.objects.filter(stored_name__in=names).values_list("stored_name", flat=True))
    for name in set(names) - with_row:
        remove(name)


def size_and_hash(path: Path) -> tuple[int, str]:
    """Return the size in bytes and the SHA-256 of a file. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return file.tell(), digest.hexdigest()


def whole_path_of(attachment: Attachment) -> Path:
    """Return where the file of an attachment lies, its hash just compared (20 ms for 25 MB).

    Raises FileGone and FileChanged.
    """
    path = path_of(attachment.stored_name)
    try:
        _size, sha256 = size_and_hash(path)
    except OSError as error:
        raise FileGone from error
    if sha256 != attachment.sha256:
        raise FileChanged
    return path


def chunks_of(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file. It is opened with the first: an answer that is not sent holds no file."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
