"""The process that draws one page of a PDF: `python -m cases.attachments.draw_page SOURCE NUMBER TARGET`.

TARGET lies below the directory of SOURCE and gets the page as a PNG, so that nothing of a PDF runs in
anybody's browser. It is bounded like the process that let the file in.
"""

import resource
import sys
from contextlib import suppress
from pathlib import Path

MEMORY_BYTES = 1024 * 1024 * 1024
SECONDS = 20
# 124 points to the inch: an A4 page is 1024 points wide, enough to read a scan on a tablet.
WIDTH_PT, PPI = 595, 124
_DRAWING = """#set page(margin: 0pt, width: {width}pt, height: auto)
#image("/{name}", page: {number}, width: {width}pt)"""


def main(arguments: list[str]) -> int:
    """Draw one page and return the exit code."""
    source, number, target = Path(arguments[0]), int(arguments[1]), Path(arguments[2])
    for kind, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, SECONDS)):
        # macOS knows no bound of memory; the time is bounded there too, by whoever waits.
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))
    import typst

    drawing = target.with_suffix(".typ")
    drawing.write_text(_DRAWING.format(width=WIDTH_PT, name=source.name, number=number))
    target.write_bytes(typst.compile(drawing, root=source.parent, format="png", ppi=PPI))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
