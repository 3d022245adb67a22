"""Prints the path of a LibreOffice for the heavy tests, getting one if there is none, or fails.

In this order: $LIBREOFFICE, the one on PATH, Debian's installed now (as root).
"""

import os
import shutil
import sys

import _debian


def main() -> int:
    found = os.environ.get("LIBREOFFICE") or shutil.which("soffice")
    if not found:
        _debian.install("libreoffice-calc")
        found = shutil.which("soffice")
    if not found:
        print(
            "The heavy tests open files in LibreOffice, and none could be had: install it "
            "(Debian: apt-get install libreoffice-calc) or name one, LIBREOFFICE=/path/to/soffice.",
            file=sys.stderr,
        )
        return 1
    print(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
