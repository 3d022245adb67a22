"""Writes the golden results of a new version of the catalogue; refuses to replace any."""

import sys

from .records import path_of, write

version = sys.argv[1]
if path_of(version).exists():
    sys.exit(f"{path_of(version).name} exists: what a version gave, it must always give.")
write(version)
