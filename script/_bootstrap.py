"""Makes .venv hold exactly what the given lock files say. Standard library only, run by script/_environment.

A virtual environment is complete when it holds our stamp: the Python version and a hash of the lock
files it was filled from. One without a stamp was left half-made and is made anew.
"""

import errno
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from clinic.progress import step  # noqa: E402

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LITTLE_SPACE = 4 * 1024 * 1024
LOG = ROOT / "var" / "log" / "install.log"
# Inside .venv this is the interpreter that .venv was made from.
BASE_PYTHON = getattr(sys, "_base_executable", sys.executable)
VERSION = "{}.{}".format(*sys.version_info)


class Refusal(Exception):
    """What stops us, as a sentence for the person at the terminal."""


def main(locks: list[str]) -> int:
    """Complete .venv and return 0, or print one sentence and return another number."""
    try:
        with one_at_a_time():
            if not all(is_complete(lock) for lock in locks):
                complete(locks)
    except KeyboardInterrupt:
        return refuse("Stopped before .venv was complete; the next start makes it anew.", 130)
    except OSError as error:
        return refuse(explain(f"{error.strerror}: {error.filename or VENV}"))
    except Refusal as refusal:
        return refuse(str(refusal))
    return 0


def refuse(sentence: str, code: int = 1) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return code


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Keep out a second script that would fill the same .venv; the system lets go when we die."""
    descriptor = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def stamp(lock: str) -> Path:
    return VENV / f"complete-{Path(lock).stem}"


def fingerprint(lock: str) -> str:
    return f"{VERSION} {hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()}\n"


def is_complete(lock: str) -> bool:
    return stamp(lock).exists() and stamp(lock).read_text() == fingerprint(lock)


def complete(locks: list[str]) -> None:
    """Fill .venv from the locks, in place when it was complete once for this Python, else from nothing."""
    kept = [path for path in VENV.glob("complete-*") if path.read_text().startswith(f"{VERSION} ")]
    if not kept:
        remove_venv()
    for lock in locks:
        stamp(lock).unlink(missing_ok=True)
    try:
        if not kept:
            with step(f"Making .venv with Python {VERSION}"):
                make_venv()
        install(locks)
    except BaseException:
        if not kept:
            remove_venv()
        raise
    for lock in locks:
        stamp(lock).write_text(fingerprint(lock))


def remove_venv() -> None:
    if VENV.is_symlink():
        raise Refusal(f"{VENV} is a link: remove it, so that a virtual environment can be made there.")
    if VENV.exists():
        shutil.rmtree(VENV)


def make_venv() -> None:
    """Make .venv by the first means this machine has."""
    if importlib.util.find_spec("ensurepip"):
        run([BASE_PYTHON, "-m", "venv", VENV])
    elif uv := shutil.which("uv"):
        run([uv, "venv", "--quiet", "--python", BASE_PYTHON, VENV])
    elif virtualenv := shutil.which("virtualenv"):
        run([virtualenv, "--quiet", "--python", BASE_PYTHON, VENV])
    elif has_pip():
        run([BASE_PYTHON, "-m", "venv", "--without-pip", VENV])
    else:
        sudo = "" if os.geteuid() == 0 else "sudo "
        raise Refusal(
            f"Python {VERSION} has no ensurepip here, and uv and virtualenv are not on PATH either. "
            f"Run: {sudo}apt-get install python{VERSION}-venv"
        )


def has_pip() -> bool:
    """Return whether Python's own pip can fill another environment, which it can since version 22.3."""
    answer = subprocess.run(
        [BASE_PYTHON, "-m", "pip", "--version"], capture_output=True, text=True, check=False
    )
    found = re.match(r"pip (\d+)\.(\d+)", answer.stdout)
    return bool(found) and (int(found[1]), int(found[2])) >= (22, 3)


def install(locks: list[str]) -> None:
    wanted = sum(len(re.findall(r"^[\w.\[\],-]+==", (ROOT / lock).read_text(), re.M)) for lock in locks)
    collected: list[str] = []
    command = [*installer(), "--require-hashes", "--only-binary", ":all:"]
    for lock in locks:
        command += ["-r", ROOT / lock]
    with step(f"Installing {wanted} packages into .venv", lambda: progress(collected, wanted)):
        run(command, collected)


def progress(collected: list[str], wanted: int) -> str:
    if collected and collected[-1].startswith("Installing"):
        return "unpacking"
    return f"{len(collected)} of {wanted} packages" if collected else ""


def installer() -> list[str | Path]:
    if any(VENV.glob("lib/python*/site-packages/pip")):
        return [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--python", PYTHON]
    return [
        BASE_PYTHON,
        "-m",
        "pip",
        "--python",
        PYTHON,
        "install",
        "--disable-pip-version-check",
        "--no-input",
    ]


def run(command: list[str | Path], collected: list[str] | None = None) -> None:
    """Run a command, noting in `collected` the packages it names; raise Refusal if it fails."""
    output = []
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
    ) as process:
        for line in process.stdout or ():
            output.append(line)
            if collected is not None and line.startswith(("Collecting ", "Installing collected")):
                collected.append(line)
    if process.returncode:
        text = "".join(output)
        keep(text)
        raise Refusal(explain(text))


def keep(text: str) -> None:
    try:
        LOG.parent.mkdir(parents=True, exist_ok=True)
        LOG.write_text(text)
    except OSError:
        pass  # A full disk is the likeliest reason to be here.


def explain(output: str) -> str:
    """Return one sentence for the output of a command that failed."""
    # Python's venv keeps the reason to itself, so the disk is asked as well.
    told = os.strerror(errno.ENOSPC) in output or os.strerror(errno.EDQUOT) in output
    if told or shutil.disk_usage(ROOT).free < LITTLE_SPACE:
        return f"The disk that holds {ROOT} is full: make room and start again."
    if re.search(r"connection|resolution|timed out|ProxyError|SSLError|error sending request", output, re.I):
        return (
            f"The package index cannot be reached: check the network or pip's own settings. Details: {LOG}."
        )
    if found := re.search(
        r"No matching distribution found for (\S+)|Because (\S+) (?:was not|has no)", output
    ):
        return (
            f"There is no ready-made package of {found[1] or found[2]} for this machine "
            f"(Python {VERSION}, {sys.platform} {os.uname().machine}): use Python 3.11 to 3.13 "
            "on Linux with glibc or on macOS, on x86-64 or ARM64."
        )
    if "DO NOT MATCH THE HASHES" in output or "Hash mismatch" in output:
        return f"A package is not the one that the lock file names, so nothing was installed. Details: {LOG}."
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    reason = lines[-1].rstrip(".") if lines else "the command gave no reason"
    return f"Making .venv failed: {reason}. Details: {LOG}."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
