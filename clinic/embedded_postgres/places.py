"""Where an embedded server keeps things. Pure: nothing here makes or starts anything."""

import hashlib
import os
import re
import stat
from pathlib import Path
from urllib.parse import quote

DATABASE = "footnote"
SOCKET = ".s.PGSQL.5432"
_ELSEWHERE = Path("/var/lib/footnote")


def home_of(directory: Path) -> Path:
    directory = Path(os.path.abspath(directory))  # noqa: PTH100 - links stay as they are
    if os.geteuid() != 0 or _exists(directory / "data"):
        return directory
    elsewhere = _ELSEWHERE / f"{directory.name}-{digest(directory)}"
    if _exists(elsewhere / "data") or not open_to_all(directory.parent):
        return elsewhere
    return directory


def socket_directory(home: Path) -> Path:
    # The operating system allows a socket path 103 bytes, and the setting has its own quoting.
    plain = re.fullmatch(r"[\w./-]+", str(home), re.ASCII)
    if plain and len(str(home / SOCKET)) <= 100:
        return home
    return Path("/tmp") / f"footnote-{digest(home)}"  # noqa: S108 - private_directory checks its owner


def digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def open_to_all(path: Path) -> bool:
    return all(p.stat().st_mode & stat.S_IXOTH for p in (path, *path.parents) if p.exists())


def url_of(home: Path, role: str, database: str = DATABASE) -> str:
    return f"postgresql://{role}@/{database}?host={quote(str(socket_directory(home)), safe='')}"


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return False
