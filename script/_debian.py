"""Getting a program for the tests from Debian, as root on a machine that has apt-get."""

import os
import shutil
import subprocess
import sys


def install(package: str) -> None:
    """Install a package without what it only recommends, or do nothing where that cannot be."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    say(f"Installing Debian's {package}")
    run(["apt-get", "update", "-q"], seconds=300)
    run(["apt-get", "install", "-q", "-y", "--no-install-recommends", package], seconds=900)


def run(command: list[str], seconds: int) -> None:
    """Run a command whose words go to standard error; that it failed shows by what is missing then."""
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
