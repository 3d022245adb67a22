#!/usr/bin/env python
"""Django's command line, with a database behind it (see clinic/command_line.py)."""

import sys

from clinic.command_line import run

if __name__ == "__main__":
    sys.exit(run(sys.argv))
