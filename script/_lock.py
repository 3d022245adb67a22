"""Compiles the lock files, or checks that they are in step with the .in files; see script/lock."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("requirements", "requirements-dev")
UV = Path(sys.executable).parent / "uv"
COMPILE = ["pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
# No lock may name a package index: whoever installs says where packages come from.
COMPILE += ["--no-emit-index-url", "--no-annotate"]


def main(arguments: list[str]) -> int:
    """Compile or check; return the exit code."""
    if arguments not in ([], ["--upgrade"], ["--check"]):
        print("Usage: script/lock [--upgrade | --check]", file=sys.stderr)
        return 2
    try:
        if arguments == ["--check"]:
            return check()
        for name in NAMES:
            compile_lock(ROOT, name, arguments, check=True)
    except subprocess.CalledProcessError as error:
        print(f"uv could not compile the locks (exit code {error.returncode}).", file=sys.stderr)
        return 1
    return 0


def compile_lock(
    directory: Path, name: str, options: list[str], **how: bool
) -> subprocess.CompletedProcess[str]:
    command = [UV, *COMPILE, *options, f"{name}.in", "-o", f"{name}.txt"]
    return subprocess.run(command, cwd=directory, text=True, **how)


def check() -> int:
    """Compile a copy, starting from the locks, and compare packages and versions."""
    problems = [complaint for name in NAMES for complaint in complaints(name)]
    with tempfile.TemporaryDirectory() as scratch:
        for path in ROOT.glob("requirements*"):
            shutil.copy(path, scratch)
        for name in NAMES:
            answer = compile_lock(Path(scratch), name, [], capture_output=True)
            if answer.returncode == 0:
                changed = {package for package, _ in pins(Path(scratch), name) ^ pins(ROOT, name)}
                problems += (
                    [f"{name}.txt is out of step with {name}.in: {', '.join(sorted(changed))}."]
                    if changed
                    else []
                )
            elif not re.search(r"network|connect|error sending|dns|fetch", answer.stderr, re.I):
                problems.append(f"{name}.in cannot be satisfied: {answer.stderr.strip().splitlines()[-1]}")
            else:
                print(f"The package index cannot be reached: only the names in {name}.in were compared.")
    for problem in problems:
        print(f"{problem} Run script/lock.", file=sys.stderr)
    return 1 if problems else 0


def complaints(name: str) -> list[str]:
    """Return what is wrong with a lock as far as it can be seen without a package index."""
    locked = {package for package, _ in pins(ROOT, name)} | {package for package, _ in pins(ROOT, NAMES[0])}
    found = re.findall(r"^([\w.-]+)", (ROOT / f"{name}.in").read_text(), re.M)
    wanted = {normal(package) for package in found if not package.startswith("-")}
    missing = sorted(wanted - locked)
    said = [f"{name}.txt lacks {', '.join(missing)}."] if missing else []
    if "://" in (ROOT / f"{name}.txt").read_text():
        said.append(f"{name}.txt names an address.")
    return said


def pins(directory: Path, name: str) -> set[tuple[str, str]]:
    """Return the packages and versions of a lock."""
    found = re.findall(
        r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)", (directory / f"{name}.txt").read_text(), re.M
    )
    return {(normal(package), version) for package, version in found}


def normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
