"""From a path to patients: is it there, is it text, in which encoding, and which kind of file."""

import codecs
import datetime
from dataclasses import dataclass, field
from pathlib import Path

from cases.import_export.csv_file import read_csv
from cases.import_export.fhir import looks_like_json, read_fhir
from cases.import_export.incoming import IncomingPatient, Unusable

# A file is read whole; ten times this is what parsing it takes in memory.
LARGEST_FILE = 250_000_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_KNOWN_BINARIES = (
    (b"PK\x03\x04", "is an Excel workbook or a zip archive; save the list as CSV first"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook; save the list as CSV first"),
    (b"\x1f\x8b", "is compressed; unpack it first"),
    (b"%PDF", "is a PDF; export the list as CSV"),
)


@dataclass(frozen=True)
class HowToRead:
    """What the operator said about the files; empty or auto where the file shall tell."""

    encoding: str = ""
    delimiter: str = ""
    date_order: str = "auto"
    default_order: str = "dmy"
    source: str = ""


@dataclass
class IncomingFile:
    """The patients of one file, and how it was read."""

    name: str
    patients: list[IncomingPatient]
    described: str
    warnings: list[str] = field(default_factory=list)


def read_file(path: Path, today: datetime.date, how: HowToRead | None = None) -> IncomingFile:
    """Return the patients in a file of patients. Raises Unusable with one sentence."""
    how = how or HowToRead()
    content, encoding, warning = decode(_bytes(path), path.name, how.encoding)
    if looks_like_json(content):
        fhir = read_fhir(content, path.name, today)
        found = IncomingFile(path.name, fhir.patients, f"{fhir.described}, {encoding}")
    else:
        listed = read_csv(
            content,
            path.name,
            today,
            delimiter=how.delimiter,
            date_order=how.date_order,
            default_order=how.default_order,
            source=how.source,
        )
        described = f"{listed.described}, {encoding}"
        found = IncomingFile(path.name, listed.patients, described, listed.warnings)
    found.warnings += [warning] if warning else []
    return found


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise Unusable(f"{path.name} is a folder; name the files in it.")
        if not path.is_file():
            raise Unusable(f"{path.name} is not a file.")
        if size > LARGEST_FILE:
            raise Unusable(
                f"{path.name} has {size // 1_000_000} MB, more than the {LARGEST_FILE // 1_000_000} "
                "MB that are read at once; split it."
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise Unusable(f"There is no file {path}.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise Unusable(f"{path} cannot be read: {reason}.") from None


def decode(raw: bytes, file: str, encoding: str = "") -> tuple[str, str, str]:
    """Return the text, the name of its encoding, and a warning when that was a guess.

    Raises Unusable for an empty file and for bytes that are no text.
    """
    if not raw.strip():
        raise Unusable(f"{file} is empty.")
    for start, words in _KNOWN_BINARIES:
        if raw.startswith(start):
            raise Unusable(f"{file} {words}.")
    codec, name, warning = _encoding_of(raw, encoding)
    try:
        content = raw.decode(codec)
    except (UnicodeDecodeError, UnicodeError) as error:
        at = f" at byte {error.start}" if isinstance(error, UnicodeDecodeError) else ""
        raise Unusable(f"{file} is not text in {name}{at}; say --encoding.") from None
    except LookupError:
        raise Unusable(f"There is no encoding called {encoding}.") from None
    if "\x00" in content:
        line = content[: content.index("\x00")].count("\n") + 1
        raise Unusable(f"{file} holds a NUL character in line {line}: it is no text file.")
    content = content.removeprefix("\ufeff")
    if not content.strip():
        raise Unusable(f"{file} is empty.")
    return content, name, warning


def _encoding_of(raw: bytes, encoding: str) -> tuple[str, str, str]:
    """Return the codec, its name, and a warning when no more than likely."""
    if encoding:
        codec = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
        return codec, encoding, ""
    for bom, codec, name in _BOMS:
        if raw.startswith(bom):
            return codec, name, ""
    head = raw[:1000]
    if head[1::2].count(0) > len(head) * 0.35:
        return "utf-16-le", "UTF-16", ""
    if head[::2].count(0) > len(head) * 0.35:
        return "utf-16-be", "UTF-16", ""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return (
            "cp1252",
            "Windows-1252",
            f"The file is not UTF-8 (line {line}) and was read as Windows-1252: check the accents, "
            "or say --encoding.",
        )
    return "utf-8", "UTF-8", ""
