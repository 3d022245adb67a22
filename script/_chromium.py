"""Prints the path of a Chromium for the browser tests, getting one if there is none, or fails.

In this order: $CHROMIUM, Debian's, Playwright's own, Debian's installed now (as root).
"""

import os
import shutil
import sys
from pathlib import Path

import _debian

NAMES = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    found = (
        os.environ.get("CHROMIUM")
        or installed()
        or playwrights()
        or fetched_by_playwright()
        or installed_by_debian()
    )
    if not found:
        print(
            "The browser tests need Chromium, and none could be had: install it "
            "(Debian: apt-get install chromium) or name one, CHROMIUM=/path/to/chromium script/test.",
            file=sys.stderr,
        )
        return 1
    print(found)
    return 0


def installed() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def fetched_by_playwright() -> str | None:
    _debian.say("No Chromium on this machine: Playwright fetches its own")
    # Playwright waits a long time for hosts that a closed network never answers for.
    _debian.run([sys.executable, "-m", "playwright", "install", "chromium"], seconds=300)
    return playwrights()


def installed_by_debian() -> str | None:
    _debian.install("chromium")
    return installed()


if __name__ == "__main__":
    sys.exit(main())
