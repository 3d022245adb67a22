"""A logo or a signature that somebody sends: looked at by content, bounded, and written anew as a PNG.

What is kept are pixels on white and nothing else: no metadata, no profile, nothing hung on behind.
"""

import io
import warnings
from typing import IO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

MOST_BYTES = 5 * 1024 * 1024
# Read from the header before anything is decoded; 16 MB of memory at most.
MOST_PIXELS = 4_000_000
# Printed 17 mm high at most, this is 300 dots an inch; each letter has to pack every one of them again.
WIDEST, HIGHEST = 600, 200
SHORTEST_SIDE = 16

SENTENCES: dict[str, Promise] = {
    "empty": _("This file is empty. Choose it again."),
    "too_large": _("This file is larger than 5 MB. Save the picture smaller."),
    "kind": _("This is not a PNG or a JPEG. Save the picture as one of these."),
    "pixels": _("This picture has more than 4 million points. Save it smaller, about 600 points wide."),
    "small": _("This picture is too small to print. Choose one of at least 16 points each way."),
    "damaged": _("This picture is damaged or its end is missing. Save it again."),
}


class PictureRefused(Exception):
    """A picture is not taken. `sentence` says why and what to do; `code` is its key in SENTENCES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.code])


def as_png(file: IO[bytes]) -> bytes:
    """Return the picture as a PNG of our own making. Raises PictureRefused."""
    content = file.read(MOST_BYTES + 1)
    if not content:
        raise PictureRefused("empty")
    if len(content) > MOST_BYTES:
        raise PictureRefused("too_large")
    if not content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        raise PictureRefused("kind")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _written_anew(content)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefused("pixels") from None
    except (OSError, SyntaxError, ValueError, EOFError, TypeError, IndexError, OverflowError):
        raise PictureRefused("damaged") from None


def _written_anew(content: bytes) -> bytes:
    picture: Image.Image = Image.open(io.BytesIO(content), formats=["PNG", "JPEG"])
    if picture.width * picture.height > MOST_PIXELS:
        raise PictureRefused("pixels")
    if min(picture.size) < SHORTEST_SIDE:
        raise PictureRefused("small")
    picture.load()
    layer = ImageOps.exif_transpose(picture).convert("RGBA")
    ground = Image.new("RGB", layer.size, "white")
    ground.paste(layer, mask=layer.getchannel("A"))
    ground.thumbnail((WIDEST, HIGHEST), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    ground.save(written, "PNG", optimize=True)
    return written.getvalue()
