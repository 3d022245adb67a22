"""Prints the path of a Chromium for the browser tests, getting one if there is none, or fails.

In this order: $CHROMIUM, Debian's, Playwright's own, Debian's installed now (as root).
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

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
    say("No Chromium on this machine: Playwright fetches its own")
    # Playwright waits a long time for hosts that a closed network never answers for.
    run([sys.executable, "-m", "playwright", "install", "chromium"], seconds=300)
    return playwrights()


def installed_by_debian() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    say("Installing Debian's chromium")
    run(["apt-get", "update", "-q"], seconds=300)
    run(["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"], seconds=900)
    return installed()


def run(command: list[str], seconds: int) -> None:
    try:
        subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        say(f"{command[0]}: {error}")


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
