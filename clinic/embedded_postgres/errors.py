"""What went wrong, in a sentence for the person at the terminal."""

import getpass
import re
from pathlib import Path


class EmbeddedPostgresError(Exception):
    """PostgreSQL could not be started or stopped; the message is a sentence for a person."""


def log_tail(home: Path) -> str:
    try:
        return (home / "server.log").read_text(errors="replace")[-2000:]
    except OSError:
        return ""


def explain(output: str, home: Path) -> str:
    if re.search(r"No space left on device|Disk quota exceeded", output):
        return f"The disk that holds {home} is full: make room and start again."
    if re.search(r"File size limit exceeded|File too large", output):
        return f"PostgreSQL does not start from {home}: files may not grow large enough here (ulimit -f)."
    if re.search(r"Permission denied", output):
        return (
            f"PostgreSQL may not use {home} as {getpass.getuser()}: "
            "the directory belongs to somebody else or cannot be entered."
        )
    if re.search(r"Read-only file system", output):
        return f"The disk that holds {home} is read-only."
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = (
        [line for line in lines if re.search(r"FATAL|PANIC|error", line)] or lines or ["it gave no reason"]
    )
    return f"PostgreSQL does not start from {home}: {telling[-1]}"
