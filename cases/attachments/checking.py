"""What a file really is, by its content, and why it is refused, as a sentence for whoever sent it."""

import datetime
import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_WAIT_SECONDS = 30
# One at a time: each may take hundreds of megabytes, and a photograph takes about a second.
_turn = threading.BoundedSemaphore(1)

SENTENCES: dict[str, Promise] = {
    "empty": _("This file is empty: it has 0 bytes. Choose it again from where it was made."),
    "too_large": _("This file is larger than 25 MB. Save it smaller, or in parts."),
    "virus": _("This file carries the mark of a virus. Tell whoever looks after your computers."),
    "gif": _("This is a GIF. Save the picture as JPEG or PNG."),
    "tiff": _("This is a TIFF. Save the picture as JPEG or PNG, or scan it again as a PDF."),
    "bitmap": _("This is a bitmap (BMP). Save the picture as JPEG or PNG."),
    "heic": _("This is an HEIC photograph. Set the camera to “most compatible”, or save it as JPEG."),
    "webp": _("This is a WebP picture. Save it as JPEG or PNG."),
    "film": _("This is a film or a sound. Attach a picture from it as JPEG."),
    "dicom": _("This is a DICOM file. Export the picture from its viewer as JPEG or PNG."),
    "drawing": _("This is a drawing (SVG), which can hold a program. Save it as PNG or PDF."),
    "web_page": _("This is a web page, whatever its name says. Print it to a PDF."),
    "office": _("This is a Word, Excel or other office document. Save it as PDF first."),
    "archive": _("This is an archive of other files (a ZIP). Unpack it and attach the files themselves."),
    "program": _("This is a program, whatever its name says. It was not kept."),
    "unknown": _("This is not a PDF, a JPEG or a PNG. Save or print it as one of these."),
    "before_the_pdf": _("Something else stands before the PDF in this file. Print it to a new PDF."),
    "pdf_disguise": _("This PDF is also a web page. Print it to a new PDF."),
    "pdf_archive": _("This PDF is also an archive of other files. Print it to a new PDF."),
    "pdf_appended": _("Something is hung on behind the end of this PDF. Print it to a new PDF."),
    "pdf_cut_off": _("The end of this PDF is missing. It was not copied whole: fetch it again."),
    "pdf_damaged": _("This PDF is damaged and cannot be opened. Fetch it again, or print it to a new PDF."),
    "pdf_locked": _("This PDF is locked with a password. Save a copy without one."),
    "pdf_script": _("This PDF holds a program (JavaScript or an XFA form). Print it to a new PDF."),
    "pdf_launch": _("This PDF opens files or programs on its reader’s computer. Print it to a new PDF."),
    "pdf_sends": _("This PDF is a form that sends its answers elsewhere. Print it to a new PDF."),
    "pdf_acts": _("This PDF does something as soon as it is opened. Print it to a new PDF."),
    "pdf_embedded": _("This PDF has other files inside it. Attach them one by one, as PDF, JPEG or PNG."),
    "pdf_media": _("This PDF plays sound, film or 3D. Print it to a new PDF."),
    "pdf_too_many_pages": _("This PDF has more than 1,000 pages. Attach the pages that matter."),
    "pdf_too_complicated": _("This PDF has too many parts to be checked. Print it to a new PDF."),
    "picture_too_large": _("This picture has more than 50 million points. Save it smaller."),
    "picture_damaged": _("This picture is damaged or its end is missing. Take or copy it again."),
    "picture_bomb": _("This picture hides a text that unpacks to an enormous size. It was not kept."),
    "too_much_inside": _("This file unpacks to more than the server can hold. Save it smaller."),
    "too_slow": _("This file takes too long to check. Save it smaller, or print it to a new PDF."),
    "broke": _("This file could not be opened safely. Save it anew as PDF, JPEG or PNG."),
    "already_there": _("This file is attached to this patient already."),
}


class FileRefused(Exception):
    """A file is not let in. `sentence` says why and what to do; `code` is its key in SENTENCES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.code])


@dataclass(frozen=True)
class Checked:
    """What a file is: pdf, jpeg or png, and the day its camera says it was taken, if that can be."""

    kind: str
    taken_on: datetime.date | None = None

    @property
    def is_picture(self) -> bool:
        return self.kind != "pdf"


def check(source: Path, picture: Path, preview: Path) -> Checked:
    """Look into the file `source`; a picture is written anew to `picture`, and small to `preview`.

    It is done in a process of its own, with 768 MB, 20 s of computing and none of our environment.
    Raises FileRefused, and OSError when there was no room for the picture.
    """
    command = [sys.executable, "-E", "-s", "-m", "cases.attachments.examine"]
    with _turn:
        try:
            done = subprocess.run(
                [*command, *map(str, (source, picture, preview))],
                cwd=settings.BASE_DIR,
                env={"LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=_WAIT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise FileRefused("too_slow") from None
    return _understood(done.stdout)


def _understood(output: bytes) -> Checked:
    try:
        found = json.loads(output)
    except ValueError:
        raise FileRefused("broke") from None  # The process did not live to say why.
    if "refused" in found:
        raise FileRefused(found["refused"])
    if "no_room" in found:
        raise OSError(found["no_room"], "no room for the picture")
    return Checked(found["kind"], _believable(found.get("taken_on")))


def _believable(taken_on: str | None) -> datetime.date | None:
    """Return the day if a camera whose clock was set can have said it."""
    if not taken_on:
        return None
    day = datetime.date.fromisoformat(taken_on)
    return day if datetime.date(1990, 1, 1) <= day <= timezone.localdate() else None
