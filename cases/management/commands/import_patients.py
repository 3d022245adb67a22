"""manage.py import_patients: patients from other systems' exports into a clinic's record."""

import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from cases.import_export.incoming import IncomingPatient, Unusable
from cases.import_export.load import Decided, Report, import_patients
from cases.import_export.matching import Outcome
from cases.import_export.reading import HowToRead, IncomingFile, read_file
from cases.models import Patient
from clinic.models import Clinic, Membership, User

REFUSED, UNUSABLE = 1, 2
_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
_QUIET_SECONDS = 2
_MONTH_FIRST = ("en-us",)


class Command(BaseCommand):
    """Says row by row what it would do; writes with --commit, all rows or none.

    Exit code 0: done, 1: rows were refused, 2: the files or the options cannot be used.
    """

    help = (
        "Import patients from FHIR R4 (Bundle, Patient, or one resource a line) and CSV files. "
        "A dry run, unless --commit is given."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--clinic", required=True, metavar="SLUG", help="the clinic's short name")
        parser.add_argument("--commit", action="store_true", help="write what the dry run shows")
        parser.add_argument("--by", metavar="EMAIL", help="who imports; needed with --commit")
        parser.add_argument("--skip-refused", action="store_true", help="with --commit: write the other rows")
        parser.add_argument("--source", default="", help="name of the system that CSV files are from")
        parser.add_argument("--date-order", choices=["dmy", "mdy", "ymd", "auto"], default="auto")
        parser.add_argument("--encoding", default="", help="such as utf-8 or windows-1252")
        parser.add_argument(
            "--delimiter", default="", help="comma, semicolon, tab, bar, or the character itself"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._import(options)
        except BrokenPipeError:
            # The reader of the report (such as `head`) has seen enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except (OperationalError, InterfaceError) as error:
            reason = str(error).strip().partition("\n")[0]
            raise CommandError(
                f"The database did not answer, nothing was written: {reason}", returncode=UNUSABLE
            ) from None

    def _import(self, options: dict[str, Any]) -> None:
        clinic = _clinic(options["clinic"])
        by = _user(options["by"], clinic, commit=options["commit"])
        with timezone.override(clinic.time_zone):
            files = self._read(options, clinic)
            report = import_patients(
                clinic=clinic,
                by=by,
                rows=[row for file in files for row in file.patients],
                commit=options["commit"],
                skip_refused=options["skip_refused"],
                progress=_Progress(self.stderr),
            )
        self._print(clinic, files, report, options)
        if report.count(Outcome.REFUSED):
            raise CommandError(_refused_words(report, options), returncode=REFUSED)

    def _read(self, options: dict[str, Any], clinic: Clinic) -> list[IncomingFile]:
        how = HowToRead(
            encoding=options["encoding"],
            delimiter=_delimiter(options["delimiter"]),
            date_order=options["date_order"],
            default_order="mdy" if clinic.locale.lower() in _MONTH_FIRST else "dmy",
            source=_source(options["source"]),
        )
        files, unusable, progress = [], [], _Progress(self.stderr)
        for number, path in enumerate(options["files"], start=1):
            try:
                files.append(read_file(path, timezone.localdate(), how))
            except Unusable as error:
                unusable.append(str(error))
            except MemoryError:
                unusable.append(f"{path.name} is too large for this machine's memory; split it.")
            progress("files read", number, len(options["files"]))
        if unusable:
            raise CommandError("\n".join(unusable), returncode=UNUSABLE)
        return files

    # The report

    def _print(
        self, clinic: Clinic, files: list[IncomingFile], report: Report, options: dict[str, Any]
    ) -> None:
        _never_fail_on_a_character(self.stdout)
        self.stdout.write(f"{clinic}: {'import' if options['commit'] else 'dry run'}")
        decided = iter(report.rows)
        for file in files:
            self.stdout.write(f"\n{file.name}: {file.described}")
            for warning in file.warnings:
                self.stdout.write(f"  ! {warning}")
            for _row in file.patients:
                one = next(decided)
                if options["verbosity"] > 0:
                    self.stdout.write("\n".join(_lines(one)))
        counts = ", ".join(f"{outcome} {report.count(outcome)}" for outcome in Outcome)
        self.stdout.write(f"\n{counts.capitalize()}. {_written_words(report, options)}")


def _lines(one: Decided) -> Iterator[str]:
    """Yield the lines of one row: what is done, with whom, and all that is to be said about it."""
    reasons = list(one.reasons)
    first = [reasons.pop(0)] if one.outcome != Outcome.CREATE and reasons else []
    words = " · ".join(filter(None, [_who(one.row), *first]))
    yield f"  {one.row.place:<10} {one.outcome:<8} {words}"
    for reason in reasons:
        yield f"  {'':<10} {'':<8} {reason}"
    if one.outcome == Outcome.CREATE:
        for remark in one.row.remarks:
            yield f"  {'':<10} {'':<8} note: {remark}"


def _who(row: IncomingPatient) -> str:
    """Return name and birth date as read, for the operator to compare with the file."""
    family, given = (row.values.get(name, "")[:60] for name in ("family_name", "given_name"))
    name = str(Patient(family_name=family, given_name=given)) if family else given
    born = row.values.get("birth_date")
    return " ".join(filter(None, [name, f"born {born}" if born else ""]))


def _written_words(report: Report, options: dict[str, Any]) -> str:
    if report.written:
        return "1 patient was written." if report.written == 1 else f"{report.written} patients were written."
    if options["commit"] or not report.count(Outcome.CREATE):
        return "Nothing was written."
    return "Nothing was written; --commit --by EMAIL writes it."


def _refused_words(report: Report, options: dict[str, Any]) -> str:
    refused = report.count(Outcome.REFUSED)
    rows = "1 row was" if refused == 1 else f"{refused} rows were"
    if options["skip_refused"]:
        return f"{rows} refused and left out."
    return f"{rows} refused, which keeps all from being written; --skip-refused leaves them out."


def _never_fail_on_a_character(stream: Any) -> None:
    """Let a terminal that has no such letter show its code instead of stopping the report."""
    reconfigure = getattr(getattr(stream, "_out", None), "reconfigure", None)
    if reconfigure:
        reconfigure(errors="backslashreplace")


# The options


def _clinic(slug: str) -> Clinic:
    clinic = Clinic.objects.filter(slug=slug.replace("\x00", "")).first()
    if clinic is None:
        known = ", ".join(Clinic.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no clinic “{slug}” (there are: {known}).", returncode=UNUSABLE)
    return clinic


def _user(email: str | None, clinic: Clinic, *, commit: bool) -> User | None:
    if not email:
        if commit:
            raise CommandError("--commit needs --by EMAIL: who imports?", returncode=UNUSABLE)
        return None
    members = Membership.objects.active().filter(clinic=clinic).select_related("user")
    membership = members.filter(user__email__iexact=email).first()
    if membership is None:
        raise CommandError(f"{email} is no active member of {clinic}.", returncode=UNUSABLE)
    return membership.user


def _delimiter(word: str) -> str:
    character = _SEPARATORS.get(word.lower(), "\t" if word == "\\t" else word)
    if len(character) > 1 or character in ('"', "\n", "\r"):
        raise CommandError(f"“{word}” is no separator: give one character.", returncode=UNUSABLE)
    return character


def _source(name: str) -> str:
    if len(name) > 100 or not name.isprintable():
        raise CommandError("--source takes a name of at most 100 characters.", returncode=UNUSABLE)
    return name


class _Progress:
    """One line every two seconds, on standard error; nothing for what is done sooner."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._said = time.monotonic()

    def __call__(self, what: str, done: int, total: int) -> None:
        if time.monotonic() - self._said >= _QUIET_SECONDS:
            self._said = time.monotonic()
            self._stream.write(f"  … {done:,} of {total:,} {what}", style_func=str)
