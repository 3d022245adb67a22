"""The process that looks into a file: `python -m cases.attachments.examine SOURCE TARGET PREVIEW`.

It prints one line of JSON: `refused` with the reason's code; `no_room` with the number of an error of
the disk; or `kind` (pdf, jpeg, png) and, for a picture, `taken_on`. A picture is then in TARGET, its
preview in PREVIEW; a PDF is to be kept as it is. It has no more memory and time than it is given here.
"""

import json
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from cases.attachments.content import Refused, kind_of

MEMORY_BYTES = 768 * 1024 * 1024
SECONDS = 20


def main(arguments: list[str]) -> int:
    """Examine one file, print what was found, return the exit code."""
    _bound()
    source, target, preview = map(Path, arguments)
    try:
        found = examine(source.read_bytes(), target, preview)
    except Refused as refused:
        found = {"refused": refused.code}
    except (MemoryError, RecursionError):
        found = {"refused": "too_much_inside"}
    except OSError as error:
        found = {"no_room": error.errno or 0}
    sys.stdout.write(json.dumps(found))
    return 0


def _bound() -> None:
    for kind, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, SECONDS)):
        # macOS knows no bound of memory; the time is bounded there too, by whoever waits.
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def examine(content: bytes, target: Path, preview: Path) -> dict[str, Any]:
    """Return what the file is, its picture written anew. Raises Refused, MemoryError, OSError."""
    kind = kind_of(content)
    # Each only when it is needed: loading them takes longer than most of their work.
    if kind == "pdf":
        from cases.attachments.documents import check_pdf

        check_pdf(content)
        return {"kind": kind}
    from cases.attachments.pictures import write_anew

    return write_anew(content, target, preview)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
