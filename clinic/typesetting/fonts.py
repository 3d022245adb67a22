"""The typefaces of what is printed, and which characters they can show."""

import struct
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import typst

PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")


def font_directories() -> list[Path]:
    """Return the directories of the wheels that bring our fonts. Raises ModuleNotFoundError."""
    return [Path(str(files(package))) for package in PACKAGES]


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """Return the fonts of the wheels and no others, so that every machine sets the same page."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(directory) for directory in font_directories()],
    )


@lru_cache(maxsize=1)
def shown_characters() -> frozenset[int]:
    """Return the code points that at least one of the fonts has a glyph for."""
    found: set[int] = set()
    for directory in font_directories():
        for path in directory.glob("*.[ot]t[fc]"):
            found |= _code_points(path.read_bytes())
    return frozenset(found)


def _code_points(font: bytes) -> set[int]:
    """The characters of a font file, or of the first font of a collection (they share their glyphs)."""
    start = struct.unpack_from(">I", font, 12)[0] if font[:4] == b"ttcf" else 0
    for number in range(struct.unpack_from(">H", font, start + 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, start + 12 + 16 * number)
        if tag == b"cmap":
            return _mapped(font, offset)
    return set()


def _mapped(font: bytes, cmap: int) -> set[int]:
    found: set[int] = set()
    for number in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        platform, _, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * number)
        kind = struct.unpack_from(">H", font, cmap + offset)[0]
        if platform in (0, 3) and kind == 4:
            found |= _format_4(font, cmap + offset)
        elif platform in (0, 3) and kind == 12:
            found |= _format_12(font, cmap + offset)
    return found


def _format_4(font: bytes, at: int) -> set[int]:
    count = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + 2 * count)
    return {code for low, high in zip(starts, ends, strict=True) for code in range(low, high + 1)} - {0xFFFF}


def _format_12(font: bytes, at: int) -> set[int]:
    count = struct.unpack_from(">I", font, at + 12)[0]
    groups = struct.iter_unpack(">III", font[at + 16 : at + 16 + 12 * count])
    return {code for low, high, _ in groups for code in range(low, high + 1)}
