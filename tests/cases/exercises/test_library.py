"""The library keeps its promises: whole doses, plain steps, known words; and says what is wrong if not."""

import re
import tomllib
from copy import deepcopy

import pytest

from cases.choices import BodyRegion
from cases.exercises import InvalidLibrary, load_library
from cases.exercises.library import REGIONS, TYPES
from cases.exercises.loading import FOLDER, PLACES, read_library
from cases.forms.treatments import ExerciseForm
from cases.screening import load_catalogue

LIBRARY = load_library()
EXERCISES = list(LIBRARY.exercises.values())
every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=LIBRARY.exercises)
# Words that a reader of eleven years, or one who is new to the language, does not know.
JARGON = re.compile(
    r"\b(dorsi|plantar ?flex|eversion|inversion|supine|prone|isometric|eccentric|concentric|proprioc"
    r"|abduct|adduct|lumbar|gluteal|gastroc|soleus|neural|RPE|MRC|ROM)",
    re.IGNORECASE,
)


def words_for_patients(exercise):
    return [
        *(exercise.purpose, exercise.equipment, exercise.easier, exercise.progression, exercise.stop),
        *exercise.steps,
    ]


def data():
    return (tomllib.loads((FOLDER / name).read_text()) for name in ("library.toml", "pictures.toml"))


def test_the_library_has_exercises_for_each_region():
    assert 24 <= len(EXERCISES) <= 32
    for region in REGIONS:
        assert len(LIBRARY.of_region(region)) >= 5, region


@every_exercise
def test_each_step_is_short_and_plain(exercise):
    assert 2 <= len(exercise.steps) <= 5
    for step in exercise.steps:
        assert len(step.split()) <= 20
        assert step.endswith(".")
    for words in words_for_patients(exercise):
        assert not JARGON.search(words), words
        assert not set("—–;%") & set(words), words


@every_exercise
def test_the_dose_is_whole_and_within_the_limits_of_its_form(exercise):
    dose = exercise.dose
    fields = ExerciseForm.base_fields

    assert dose.minutes or dose.repetitions or dose.hold_seconds
    assert dose.pain_ceiling <= 5
    for name in ("times_a_week", "sets", "repetitions", "hold_seconds", "minutes", "effort", "pain_ceiling"):
        value = getattr(dose, name)
        if value is not None:
            assert fields[name].min_value <= value <= fields[name].max_value, name


@every_exercise
def test_what_is_prescribed_fits_its_form(exercise):
    fields = ExerciseForm.base_fields

    assert len(exercise.name) <= fields["name"].max_length
    assert len(exercise.equipment) <= fields["equipment"].max_length
    assert len(exercise.progression) <= fields["progression"].max_length
    assert len(exercise.stop) <= fields["stop_rules"].max_length


def test_the_types_and_places_are_those_of_the_forms():
    assert set(TYPES) == {code for code, _ in ExerciseForm.base_fields["exercise_type"].choices if code}
    assert set(BodyRegion.values) == PLACES


def test_warnings_name_checks_that_the_catalogue_has():
    checks = {one.id for one in load_catalogue().treatment_checks}

    for warning in LIBRARY.warnings.values():
        assert warning.checks <= checks, warning.code


def test_nerve_glides_say_when_to_stop_and_carry_their_warning():
    glides = [one for one in EXERCISES if one.type == "nerve_glide"]

    assert len(glides) >= 3
    for one in glides:
        assert "nerve_glide" in one.warnings
        assert "further down the leg" in one.stop


@pytest.mark.parametrize(
    ("code", "check"),
    [
        ("knees_to_chest", "exercise_osteoporosis"),
        ("sciatic_slider", "exercise_osteoporosis"),
        ("press_up_back", "exercise_stenosis"),
        ("balance_one_leg", "exercise_foot_drop"),
        ("towel_curl", "exercise_neuropathic_foot"),
        ("sciatic_slider", "exercise_nerve_glides"),
    ],
)
def test_what_a_finding_speaks_against_is_said_of_the_exercise(code, check):
    against = LIBRARY.against(LIBRARY.exercises[code], frozenset({check}))

    assert [check in one.checks for one in against] == [True]
    assert LIBRARY.against(LIBRARY.exercises["calf_stretch_bent"], frozenset({check})) == []


def test_every_source_is_marked_as_read_or_known():
    assert {one.mark for one in LIBRARY.sources.values()} == {"V", "K"}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda one: one.update(code="towel_curl"), "towel_curl is there twice"),
        (lambda one: one.update(region="arm"), "no region arm"),
        (lambda one: one.update(type="magic"), "no type magic"),
        (lambda one: one.update(steps=["One."]), "2 to 5 steps"),
        (lambda one: one["steps"].append("very " * 21), "longer than 20 words"),
        (lambda one: one.update(dose={"times_a_week": 3, "effort": 3, "pain_ceiling": 4}), "a dose is"),
        (lambda one: one["dose"].update(pain_ceiling=6), "pain_ceiling is 0 to 5"),
        (lambda one: one["dose"].pop("effort"), "effort"),
        (lambda one: one.update(sources=["nobody"]), "no source nobody"),
        (lambda one: one.update(warnings=["loud"]), "no warning loud"),
        (lambda one: one.update(stop=""), "stop has 1 to 300"),
        (lambda one: one.pop("picture", None) or one.update(code="no_picture"), "no_picture"),
    ],
)
def test_a_library_that_is_not_whole_is_refused(spoil, message):
    library, pictures = (deepcopy(part) for part in data())
    spoil(library["exercise"][0])

    with pytest.raises(InvalidLibrary, match=re.escape(message)):
        read_library(library, pictures)
