"""The pages of an attached PDF as pictures, to be read beside a form without opening the file itself."""

import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pikepdf
from django.conf import settings

from cases.attachments.storage import whole_path_of
from cases.models import Attachment

MOST_PAGES = 20
_WAIT_SECONDS = 30
# One at a time, as for the looking into a file.
_turn = threading.BoundedSemaphore(1)


class CannotDraw(Exception):
    """The page cannot be drawn: there is none of that number, or the file is beyond it."""


def count_pages(attachment: Attachment) -> int:
    """Return how many pages of a PDF are drawn, at most 20; 0 for one that cannot be read.

    Raises storage.FileGone and storage.FileChanged.
    """
    path = whole_path_of(attachment)
    try:
        with pikepdf.open(path) as document:
            return min(len(document.pages), MOST_PAGES)
    except pikepdf.PdfError:
        return 0


def picture_of_page(attachment: Attachment, number: int) -> bytes:
    """Return page `number` of a PDF, counted from 1, as a PNG 1024 points wide (about 0.4 s).

    Raises CannotDraw, storage.FileGone and storage.FileChanged.
    """
    path = whole_path_of(attachment)
    if not 1 <= number <= MOST_PAGES:
        raise CannotDraw
    with tempfile.TemporaryDirectory(dir=settings.ATTACHMENTS_DIR, prefix=".new-") as place:
        target = Path(place) / "page.png"
        command = [sys.executable, "-E", "-s", "-m", "cases.attachments.draw_page"]
        with _turn:
            _run([*command, str(path.resolve()), str(number), str(target)])
        try:
            return target.read_bytes()
        except OSError as error:
            raise CannotDraw from error


def _run(command: list[str]) -> None:
    try:
        subprocess.run(
            command,
            cwd=settings.BASE_DIR,
            env={"LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_WAIT_SECONDS,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise CannotDraw from error
