"""Seed a scratch database, start the real server, and measure each page beside the floor.

    script/bench                    the table; --json for a machine
    script/bench --patients 1000 --visits 5000 --referrals 5000 --rounds 50 --search-patients 0
    script/bench --only reports --visits 500000 --grow-from 50000 --rounds 20

The floor is a bare view behind the same log-in, on the same server, in the same run: one indexed query
and a plain table of 25 rows. Its rounds alternate with each page's, so that noise hits both alike.
Times are those of one client, in milliseconds; queries are counted in this process.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCRATCH = ROOT / "var" / "bench"


def main() -> int:
    options = _options()
    os.environ |= {
        "ENVIRONMENT": "test",
        "FOOTNOTE_VAR": str(SCRATCH),
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "LOG_LEVEL": "ERROR",
    }
    from clinic import embedded_postgres

    before = _smaller(options) if options.grow_from else None
    directory = SCRATCH / "postgres"
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, SCRATCH, ignore_errors=True)
        embedded_postgres.ensure_running(directory)
        stack.callback(embedded_postgres.stop, directory)
        os.environ["DATABASE_URL"] = embedded_postgres.owner_url(directory)
        report = _measured(stack, options)
    if before:
        report["growth"] = _growth(before, report)
    print(json.dumps(report, indent=2) if options.json else _table(report))
    return 0


def _smaller(options: argparse.Namespace) -> dict[str, Any]:
    """Measure the reports over fewer visits, and as many fewer of all else, in a process of its own."""
    fewer = {
        name: getattr(options, name) * options.grow_from // options.visits
        for name in ("patients", "visits", "referrals")
    }
    sizes = [text for name, size in fewer.items() for text in (f"--{name}", str(size))]
    command = [sys.executable, "-m", "bench", "--only", "reports", "--json", "--rounds", str(options.rounds)]
    done = subprocess.run([*command, *sizes], check=True, stdout=subprocess.PIPE)
    smaller: dict[str, Any] = json.loads(done.stdout)
    return smaller


def _growth(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Return how many times slower each report became, by its median."""
    small = {row["page"]: row["p50"] for row in before["rows"]}
    return [
        {"page": row["page"], "from": before["visits"], "p50": small[row["page"]]}
        | {"times": round(row["p50"] / small[row["page"]], 2)}
        for row in after["rows"]
        if row["page"] in small
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, help="one for ten visits, if it is not said")
    parser.add_argument("--visits", type=int, default=100_000)
    parser.add_argument("--referrals", type=int, default=100_000, help="one of 50 of them open")
    parser.add_argument(
        "--search-patients", type=int, default=200_000, help="patients of the clinic searched in; 0: none"
    )
    parser.add_argument("--only", choices=("pages", "reports", "admin"), help="measure one part of it")
    parser.add_argument(
        "--grow-from",
        type=int,
        default=0,
        help="measure the reports over so many visits first, and say how they grew",
    )
    parser.add_argument("--rounds", type=int, default=100, help="requests to each page")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.patients = options.patients or max(1, options.visits // 10)
    return options


def _measured(stack: ExitStack, options: argparse.Namespace) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command

    from bench.admin import admin_subjects, seed_admin
    from bench.reports import report_subjects
    from bench.search import search_subjects, seed_search_clinic, typing_at_once
    from bench.seed import seed
    from bench.server import Server
    from bench.subjects import subjects

    # Its own words alone go to the standard output: --json is read by programs.
    call_command("migrate", verbosity=0, stdout=sys.stderr)
    call_command("grant_web_role", verbosity=0, stdout=sys.stderr)
    started = time.monotonic()
    podiatrist, admin = seed(options.patients, options.visits, options.referrals)
    is_searched = options.search_patients and options.only != "reports"
    searcher = seed_search_clinic(options.search_patients) if is_searched else None
    managers = seed_admin(podiatrist, searcher) if options.only in (None, "admin") else None
    seeded = time.monotonic() - started
    server = stack.enter_context(Server(SCRATCH))
    measured = subjects(server, podiatrist, admin)
    wanted = measured.subjects if options.only in (None, "pages") else []
    if options.only in (None, "reports"):
        wanted += report_subjects(server)
    if managers:
        wanted += admin_subjects(server, *managers)
    rows = [_row(subject, measured.floor, options.rounds) for subject in wanted]
    if searcher and options.only in (None, "pages"):
        asked = search_subjects(server, searcher)
        rows += [_row(subject, measured.floor, options.rounds) for subject in asked]
        typed = typing_at_once(server, searcher)
        rows.append(_as_row(typed["page"], typed["times"], typed["floors"], None, typed["aim"]))
    size = {"patients": options.patients, "visits": options.visits, "referrals": options.referrals}
    return size | {"seed_seconds": round(seeded, 1), "rows": rows}


def _row(subject: Any, floor: Callable[[], None], rounds: int) -> dict[str, Any]:
    rounds = min(rounds, subject.most_rounds)
    if subject.before:
        subject.before()
    for _ in range(subject.warm_ups):
        subject.run()
        floor()
    times, floors = [], []
    for _ in range(rounds):
        times.append(_timed(subject.run) / subject.parts)
        floors.append(_timed(floor))
    queries = subject.queries() if subject.queries else None
    row = _as_row(subject.name, times, floors, queries, subject.aim)
    print(f"  {subject.name}", file=sys.stderr, flush=True)
    return row


def _as_row(
    page: str, times: list[float], floors: list[float], queries: int | None, aim: str
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "page": page,
        "p50": _percentile(times, 50),
        "p95": _percentile(times, 95),
        "floor_p50": _percentile(floors, 50),
        "floor_p95": _percentile(floors, 95),
        "queries": queries,
        "aim": aim,
    }
    row["ratio_p50"] = round(row["p50"] / row["floor_p50"], 2)
    row["ratio_p95"] = round(row["p95"] / row["floor_p95"], 2)
    return row


def _timed(call: Callable[[], None]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def _percentile(times: list[float], percent: int) -> float:
    ordered = sorted(times)
    return round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], 2)


COLUMNS = ("p50", "p95", "floor_p50", "floor_p95", "ratio_p50", "ratio_p95", "queries")
HEADS = ("p50 ms", "p95 ms", "floor p50", "floor p95", "x p50", "x p95", "queries")


def _table(report: dict[str, Any]) -> str:
    size = ", ".join(f"{report[name]:,} {name}" for name in ("patients", "visits", "referrals"))
    heads = "".join(f"{head:>11}" for head in HEADS)
    lines = [f"{size}, seeded in {report['seed_seconds']} s", "", f"{'page':40}{heads}  aim"]
    for row in report["rows"]:
        cells = "".join(f"{'–' if row[name] is None else row[name]:>11}" for name in COLUMNS)
        lines.append(f"{row['page']:40}{cells}  {row['aim']}")
    for row in report.get("growth", []):
        lines.append(
            f"{row['page']:40} {row['times']:>6} x the median over {row['from']:,} visits ({row['p50']} ms)"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
