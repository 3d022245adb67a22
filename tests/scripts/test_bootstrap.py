"""What the scripts do before anything is installed, each time in a fresh copy and without a network."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BASE_PYTHON = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
VERSION = "{}.{}".format(*sys.version_info)
# Stands for Debian's Python without python3-venv, and without pip.
WITHOUT_ENSUREPIP = """
import importlib.util
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: (
    None if name.split(".")[0] in ("ensurepip", "pip") else find_spec(name, package)
)
"""


@pytest.fixture
def clone(tmp_path):
    """A fresh clone as far as the scripts see it, whose lock names one tiny package of our own."""
    for name in ("script", "clinic/progress.py", "clinic/__init__.py"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (tmp_path / name).parent.mkdir(exist_ok=True)
        copy(ROOT / name, tmp_path / name)
    wheel = tmp_path / "wheels" / "footnote_pebble-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("footnote_pebble.py", "")
        info = "footnote_pebble-1.0.dist-info"
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: footnote-pebble\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    lock(tmp_path, "footnote-pebble==1.0", hashlib.sha256(wheel.read_bytes()).hexdigest())
    return tmp_path


def lock(clone, line, digest="0" * 64):
    (clone / "requirements.txt").write_text(f"{line} --hash=sha256:{digest}\n")


def tools(clone, *names):
    """Make a directory to be all of PATH, with these programs in it."""
    directory = clone / "bin"
    directory.mkdir(exist_ok=True)
    for name in names:
        program = (
            BASE_PYTHON if name == "python3" else shutil.which(name, path=f"{ROOT}/.venv/bin:{os.defpath}")
        )
        if not (directory / name).exists():
            (directory / name).symlink_to(program)
    return directory


def prepare(clone, *programs, without_ensurepip=False):
    """Run the bootstrap that every script begins with."""
    environment = {"PATH": str(tools(clone, "dirname", *programs)), "HOME": str(clone)}
    environment |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(clone / "wheels")}
    environment |= {"UV_NO_INDEX": "1", "UV_FIND_LINKS": str(clone / "wheels"), "UV_OFFLINE": "1"}
    if without_ensurepip:
        (clone / "sitecustomize.py").write_text(WITHOUT_ENSUREPIP)
        environment["PYTHONPATH"] = str(clone)
    (clone / "script" / "prepare").write_text(
        'set -eu\n. "$(dirname "$0")/_environment"\nprepare requirements.txt\n'
    )
    return subprocess.run(
        ["/bin/sh", "script/prepare"], cwd=clone, env=environment, capture_output=True, text=True, check=False
    )


def refused(result, clone):
    """Return the one sentence of a bootstrap that failed, having seen that it left nothing half-made."""
    assert result.returncode == 1, result
    assert result.stderr.count("\n") == 1, result.stderr
    assert not (clone / ".venv").exists()
    return result.stderr.strip()


def test_no_python_on_path_is_one_sentence(clone):
    sentence = refused(prepare(clone), clone)

    assert sentence.startswith("Footnote needs Python 3.11 or newer and found none on PATH: install it")


def test_a_python_that_is_too_old_is_not_taken(clone):
    old = clone / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    tools(clone).joinpath("python3").symlink_to(old)

    assert "needs Python 3.11" in refused(prepare(clone), clone)


def test_without_ensurepip_uv_or_virtualenv_the_command_to_run_is_said(clone):
    sentence = refused(prepare(clone, "python3", without_ensurepip=True), clone)

    sudo = "" if os.geteuid() == 0 else "sudo "
    assert sentence.endswith(f"Run: {sudo}apt-get install python{VERSION}-venv")


def test_without_ensurepip_uv_makes_and_fills_the_environment_and_the_second_start_is_silent(clone):
    first = prepare(clone, "python3", "uv", without_ensurepip=True)
    again = prepare(clone, without_ensurepip=True)

    assert first.returncode == 0, first.stderr
    assert list(clone.glob(".venv/lib/python*/site-packages/footnote_pebble.py"))
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_an_environment_left_half_made_is_made_anew(clone):
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "leftover").touch()

    assert prepare(clone, "python3", "uv", without_ensurepip=True).returncode == 0
    assert not (clone / ".venv" / "leftover").exists()


def test_a_changed_lock_is_installed_into_the_environment_that_is_there(clone):
    prepare(clone, "python3", "uv", without_ensurepip=True)
    (clone / ".venv" / "kept").touch()
    text = (clone / "requirements.txt").read_text()
    (clone / "requirements.txt").write_text(f"# changed\n{text}")

    result = prepare(clone, without_ensurepip=True)

    assert result.returncode == 0, result.stderr
    assert "Installing 1 packages into .venv" in result.stdout
    assert (clone / ".venv" / "kept").exists()


@pytest.mark.parametrize("programs", [("python3",), ("python3", "uv")], ids=["pip", "uv"])
def test_a_package_without_a_wheel_for_this_machine_is_one_sentence(clone, programs):
    lock(clone, "footnote-boulder==1.0")

    sentence = refused(prepare(clone, *programs, without_ensurepip="uv" in programs), clone)

    assert sentence.startswith("There is no ready-made package of footnote-boulder")
    assert (clone / "var" / "log" / "install.log").exists()


def test_a_package_that_is_not_the_locked_one_is_refused(clone):
    lock(clone, "footnote-pebble==1.0")

    sentence = refused(prepare(clone, "python3", "uv", without_ensurepip=True), clone)

    assert sentence.startswith("A package is not the one that the lock file names, so nothing was installed.")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_is_one_sentence(clone, tmp_path_factory):
    disk = tmp_path_factory.mktemp("disk")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=True)
    try:
        shutil.copytree(clone, disk / "clone", symlinks=True)
        sentence = refused(prepare(disk / "clone", "python3"), disk / "clone")
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)

    assert sentence == f"The disk that holds {disk / 'clone'} is full: make room and start again."


@pytest.mark.parametrize("script", ["server", "test", "check", "lock", "../.ci/run"])
def test_every_script_can_be_run_and_parsed(script):
    path = ROOT / "script" / script
    shell = "bash" if "bash" in path.read_text().splitlines()[0] else "sh"

    assert os.access(path, os.X_OK)
    subprocess.run([shell, "-n", path], check=True)
