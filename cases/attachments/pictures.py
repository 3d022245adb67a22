"""Pictures are decoded and written anew: what is left is pixels, upright, and nothing else.

Place, camera, thumbnails and comments go, and so does whatever hangs on behind the picture.
Memory: a pixel takes 4 bytes. The size is read and judged before anything is decoded; a JPEG of more
than `HALVE_ABOVE` pixels is decoded at half its size and a PNG halved at once; a deep grey picture (an
X-ray) is made shallow in strips.
"""

import datetime
import io
import re
import warnings
from pathlib import Path
from typing import Any, cast

from PIL import Image, ImageCms, ImageOps

from cases.attachments.content import Refused

MOST_PIXELS = 50_000_000
HALVE_ABOVE = 25_000_000
LONGEST_SIDE = 5_000
PREVIEW_SIDE = 480
JPEG_QUALITY = 88
# Level 6 takes six times as long for a seventh less.
PNG_LEVEL = 1
# A PNG that grows beyond this when it is written anew is a photograph, and becomes a JPEG.
PNG_MOST_BYTES = 25 * 1024 * 1024
_STRIP_ROWS = 256
_EXIF_TAKEN, _EXIF_DETAILS = 0x9003, 0x8769

Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def write_anew(content: bytes, target: Path, preview: Path) -> dict[str, Any]:
    """Write the picture and its preview; return its `kind`, and `taken_on`, the day the camera says.

    Raises Refused, and OSError when there is no room for what it writes.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture, taken_on, is_png = _decode(content)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("picture_too_large") from None
    except (OSError, SyntaxError, EOFError, TypeError, IndexError, OverflowError):
        raise Refused("picture_damaged") from None
    except ValueError as error:
        raise Refused("picture_bomb" if "too large" in str(error) else "picture_damaged") from None
    _save(picture, target, "PNG" if is_png else "JPEG")
    if is_png and target.stat().st_size > PNG_MOST_BYTES:
        _save(_smooth(picture), target, "JPEG")
        is_png = False
    small = _smooth(picture)
    size = _fitting(picture.size, PREVIEW_SIDE)
    _save(small.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0), preview, "JPEG")
    return {"kind": "png" if is_png else "jpeg", "taken_on": taken_on}


def _decode(content: bytes) -> tuple[Image.Image, str | None, bool]:
    picture: Image.Image = Image.open(io.BytesIO(content), formats=["JPEG", "PNG"])
    if picture.width * picture.height > MOST_PIXELS:
        raise Image.DecompressionBombError
    is_png = picture.format == "PNG"
    is_large = picture.width * picture.height > HALVE_ABOVE
    if is_large and not is_png:
        picture.draft(None, (picture.width // 2, picture.height // 2))
    picture.load()
    if is_large and picture.mode in ("L", "LA", "RGB", "RGBA") and is_png:
        picture = picture.reduce(2)
    taken_on = _taken_on(picture)
    # The profile is taken along as what it does to the colours, not as bytes.
    profile = picture.info.get("icc_profile")
    picture = _plain(_upright(picture))
    picture.info = {}
    if max(picture.size) > LONGEST_SIDE:
        size = _fitting(picture.size, LONGEST_SIDE)
        picture = _smooth(picture).resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _in_usual_colours(picture, profile), taken_on, is_png


def _taken_on(picture: Image.Image) -> str | None:
    try:
        said = str(picture.getexif().get_ifd(_EXIF_DETAILS).get(_EXIF_TAKEN, ""))
        found = re.match(r"(\d{4})[:-](\d\d)[:-](\d\d)", said)
        return datetime.date(*map(int, found.groups())).isoformat() if found else None
    except Exception:  # whatever a damaged block of metadata makes of itself, the picture is what counts
        return None


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # as above: it stays as it lies
        return picture


def _plain(picture: Image.Image) -> Image.Image:
    """Return the picture in black and white, grey, palette or red, green, blue; on white if see-through."""
    if picture.mode.startswith("I") or picture.mode == "F":
        return _grey_of_deep(picture)
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        ground = Image.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    if picture.mode in ("1", "L", "P", "RGB"):
        return picture
    return picture.convert("L" if picture.mode == "LA" else "RGB")


def _grey_of_deep(picture: Image.Image) -> Image.Image:
    """Return 256 greys from the darkest to the lightest there is: an X-ray uses few of 65,536."""
    darkest, lightest = cast("tuple[float, float]", picture.getextrema())
    scale = 255 / max(lightest - darkest, 1)
    grey = Image.new("L", picture.size)
    for top in range(0, picture.height, _STRIP_ROWS):
        box = (0, top, picture.width, min(top + _STRIP_ROWS, picture.height))
        strip = picture.crop(box).convert("F")
        grey.paste(strip.point(lambda value: value * scale - darkest * scale).convert("L"), box)
    return grey


def _in_usual_colours(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in sRGB: redness in a photograph of a foot is a finding."""
    if not profile or picture.mode != "RGB":
        return picture
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(theirs):
            return picture
        change = ImageCms.buildTransform(theirs, ImageCms.createProfile("sRGB"), "RGB", "RGB")
        ImageCms.applyTransform(picture, change, inPlace=True)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        pass  # A profile that cannot be read changes nothing.
    picture.info = {}
    return picture


def _smooth(picture: Image.Image) -> Image.Image:
    """Return the picture in a mode in which neighbours can be mixed."""
    return picture if picture.mode in ("L", "RGB") else picture.convert("RGB")


def _fitting(size: tuple[int, int], side: int) -> tuple[int, int]:
    width, height = size
    scale = min(1.0, side / max(size))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _save(picture: Image.Image, path: Path, form: str) -> None:
    options = {"quality": JPEG_QUALITY} if form == "JPEG" else {"compress_level": PNG_LEVEL}
    with path.open("wb") as file:
        picture.save(file, form, **options)
