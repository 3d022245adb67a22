"""The golden results: read, and written once."""

import gzip
import json
from pathlib import Path

from cases.screening import Answers, Computed, assess, load_catalogue

FOLDER = Path(__file__).parent
LABELLED = FOLDER.parent / "labelled_cases.json"
PROGRESSED = Answers(
    frozenset({"low_back_pain", "ehl_weak", "progressive_motor_deficit"}),
    frozenset({"ces_bladder_dysfunction"}),
    50,
    "left",
    (
        Computed(
            "progressive_motor_deficit",
            "yes",
            "Left big-toe extension was MRC 4 of 5 on 3 Nov and is 3 of 5 on 21 Nov.",
            "no",
        ),
    ),
    "2026-11-03",
    ("Big-toe extension weak: left, now MRC 3 of 5, was MRC 4 of 5.",),
)


def path_of(version):
    return FOLDER / f"{version}.json.gz"


def read(version):
    """A list of {"id", "answers", "result"}."""
    return json.loads(gzip.decompress(path_of(version).read_bytes()))


def write(version):
    catalogue = load_catalogue(version)
    cases = {case["id"]: Answers.from_record(case) for case in json.loads(LABELLED.read_text("utf-8"))}
    known = {
        name: one
        for name, one in (cases | {"power fell since the last visit": PROGRESSED}).items()
        if one.answered <= catalogue.signs.keys()
    }
    rows = [
        {"id": name, "answers": one.as_record(), "result": assess(one, catalogue).as_record()}
        for name, one in known.items()
    ]
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True)
    path_of(version).write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))
