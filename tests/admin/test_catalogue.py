"""The clinical rules and the exercises in the admin, and what one version has otherwise than another."""

from dataclasses import replace

import pytest
from django.urls import reverse

from cases.exercises import load_library
from cases.screening import load_catalogue
from cases.screening.differences import KINDS, differences, matching, rows_of
from cases.screening.loading import versions
from clinic.models import AccessLog


def changed(catalogue, file, kind, change):
    """Return the catalogue with the rows of one table changed."""
    rows = change([dict(row) for row in catalogue.raw[file][kind]])
    return replace(catalogue, raw={**catalogue.raw, file: {**catalogue.raw[file], kind: rows}})


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def test_a_catalogue_is_not_different_from_itself(catalogue):
    assert list(differences(catalogue, catalogue)) == []


def test_a_row_that_is_new_is_added_and_one_that_is_gone_is_removed(catalogue):
    fewer = changed(catalogue, "signs", "sign", lambda rows: rows[1:])
    first = catalogue.raw["signs"]["sign"][0]["code"]

    (added,) = differences(fewer, catalogue)
    (removed,) = differences(catalogue, fewer)

    assert ([row.key for row in added.added], added.removed, added.changed) == ([first], (), ())
    assert ([row.key for row in removed.removed], removed.added, removed.changed) == ([first], (), ())


def test_a_changed_row_says_each_field_with_what_it_was_and_is(catalogue):
    def more_urgent(rows):
        rows[0] |= {"urgency": "urgent", "destinations": ["gp", "msk_triage"]}
        return rows

    before = catalogue.raw["rules"]["rule"][0]
    (found,) = differences(catalogue, changed(catalogue, "rules", "rule", more_urgent))

    assert found.kind == "rule"
    assert [one.row.key for one in found.changed] == [before["id"]]
    assert found.changed[0].fields == (
        ("urgency", before["urgency"], "urgent"),
        ("destinations", ", ".join(before["destinations"]), "gp, msk_triage"),
    )


def test_the_version_of_a_row_is_no_difference(catalogue):
    newer = changed(catalogue, "rules", "rule", lambda rows: [row | {"version": "x"} for row in rows])

    assert list(differences(catalogue, newer)) == []


@pytest.mark.parametrize("version", versions())
@pytest.mark.parametrize("kind", KINDS)
def test_every_row_of_every_version_is_there_once_under_its_key(version, kind):
    catalogue = load_catalogue(version)
    file, _key, _title = KINDS[kind]

    assert len(rows_of(catalogue, kind)) == len(catalogue.raw[file].get(kind, []))


def test_words_are_looked_for_in_every_field_of_a_row(catalogue):
    rows = rows_of(catalogue, "rule").values()

    assert next(row.key for row in matching(rows, "CAUDA saddle emergency")) == "cauda_equina"
    assert matching(rows, "no such word") == []


# The pages


@pytest.mark.django_db
def test_the_page_of_the_rules_shows_a_row_with_the_titles_of_its_sources(as_mo):
    response = as_mo.get(reverse("admin:catalogue"), {"kind": "rule", "q": "cauda_equina"})

    rows = {row["key"]: row for row in response.context["rows"]}
    sources = load_catalogue().sources
    cited = next(rule.source for rule in load_catalogue().rules if rule.id == "cauda_equina")
    assert rows["cauda_equina"]["sources"] == [sources[key].title for key in cited]


@pytest.mark.django_db
def test_the_rules_of_an_earlier_version_are_kept_to_be_read(as_mo):
    oldest = versions()[0]

    response = as_mo.get(reverse("admin:catalogue"), {"kind": "sign", "version": oldest})

    assert len(response.context["rows"]) == len(load_catalogue(oldest).signs)
    assert f"Version {oldest}, kept to explain" in response.content.decode()


@pytest.mark.django_db
def test_what_changed_between_the_two_newest_versions_is_on_its_page(as_mo):
    response = as_mo.get(reverse("admin:catalogue_compare"))

    old, new = versions()[-2:]
    found = {one.kind: one for _name, one in response.context["found"]}
    signs = load_catalogue(new).signs.keys() - load_catalogue(old).signs.keys()
    assert (response.context["old"], response.context["new"]) == (old, new)
    assert {row.key for row in found["sign"].added} == signs


@pytest.mark.django_db
def test_every_exercise_is_shown_with_its_picture(as_mo):
    body = as_mo.get(reverse("admin:exercises")).content.decode()

    for exercise in load_library().exercises.values():
        assert exercise.name in body
    assert body.count("exercise-picture") >= len(load_library().exercises)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["kind=x&version=../..&q=%F0%9F%A6%B6", "old=x&new=", "q=" + "9" * 3000, "kind=source&q=%20"]
)
def test_an_address_that_makes_no_sense_is_answered(as_mo, query):
    for name in ("catalogue", "catalogue_compare", "exercises"):
        assert as_mo.get(f"{reverse(f'admin:{name}')}?{query}").status_code == 200


@pytest.mark.django_db
def test_the_rules_show_no_patient_and_are_not_logged(as_mo):
    for name in ("catalogue", "catalogue_compare", "exercises"):
        as_mo.get(reverse(f"admin:{name}"))

    assert not AccessLog.objects.exists()


@pytest.mark.django_db
def test_the_first_page_of_the_admin_links_to_them(as_mo):
    body = as_mo.get(reverse("admin:app_list", args=["cases"])).content.decode()

    for name in ("catalogue", "catalogue_compare", "exercises"):
        assert f'href="{reverse(f"admin:{name}")}"' in body
