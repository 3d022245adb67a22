"""Pages of patients: find, register, show, change."""

import datetime

import pytest
from django.db import connection, transaction
from django.urls import reverse

from cases import actions
from cases.models import Patient
from cases.models.patient import in_capitals
from clinic.models import AccessLog
from tests.factories import CaseFactory, PatientFactory, VisitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(north, alice):
    return PatientFactory(clinic=north, created_by=alice, record_number="000101", phone="07700 900123")


def details(**changes):
    """Return a valid POST of the patient form."""
    return {
        "family_name": "Okafor",
        "given_name": "Chidi",
        "birth_date_day": "3",
        "birth_date_month": "4",
        "birth_date_year": "1971",
        "sex": "male",
    } | changes


def shown(response):
    return response.content.decode()


# Find


def test_list_patients_shows_those_lately_seen(as_alice, anna):
    VisitFactory(case=CaseFactory(patient=anna), created_by=anna.created_by)

    assert "NOVAK, Anna (F," in shown(as_alice.get(reverse("cases:list_patients")))


def test_list_patients_says_what_to_do_when_there_is_nobody(as_alice):
    page = shown(as_alice.get(reverse("cases:list_patients")))

    assert "No visits yet" in page
    assert reverse("cases:register_patient") in page


def test_search_while_typing_returns_only_the_list(as_alice, anna):
    response = as_alice.post(reverse("cases:search_patients"), {"q": "nov"}, headers={"HX-Request": "true"})

    assert "NOVAK, Anna" in shown(response)
    assert "<html" not in shown(response)


def test_search_keeps_the_name_out_of_the_url_and_shows_it_again(as_alice, anna, north, alice):
    PatientFactory(clinic=north, created_by=alice, given_name="Antonín", record_number="000102")
    response = as_alice.post(reverse("cases:search_patients"), {"q": "novak"}, follow=True)

    assert response.redirect_chain == [(reverse("cases:list_patients"), 302)]
    assert 'value="novak"' in shown(response)
    assert "NOVAK, Antonín" in shown(response)


def test_search_for_one_patient_opens_the_patient(as_alice, anna):
    response = as_alice.post(reverse("cases:search_patients"), {"q": "000101"})

    assert response.url == reverse("cases:show_patient", args=[anna.pk])


def test_search_does_not_open_somebody_who_only_sounds_alike(as_alice, anna):
    response = as_alice.post(reverse("cases:search_patients"), {"q": "novack ana"})

    assert response.url == reverse("cases:list_patients")


def test_search_is_logged_with_everybody_it_showed(as_alice, anna):
    as_alice.post(reverse("cases:search_patients"), {"q": "nov"}, headers={"HX-Request": "true"})

    assert AccessLog.objects.get().patients == [anna.pk]


def test_search_shows_nobody_of_another_clinic(as_charlie, anna):
    page = shown(as_charlie.post(reverse("cases:search_patients"), {"q": "novak"}, follow=True))

    assert "Nobody found" in page


@pytest.mark.parametrize(
    "text", ["\x00", "%", "a\x00b", "🦶" * 200, "x" * 100_000, "\u202e", "' OR 1=1 --", "٣/٤/١٩٧١"]
)
def test_search_survives_anything(as_alice, anna, text):
    response = as_alice.post(reverse("cases:search_patients"), {"q": text}, follow=True)

    assert response.status_code == 200


# Register


def test_register_patient_gives_the_next_record_number(as_alice, anna, north):
    response = as_alice.post(reverse("cases:register_patient"), details())

    patient = Patient.objects.get(family_name="Okafor")
    assert response.url == reverse("cases:show_patient", args=[patient.pk])
    assert (patient.clinic, patient.record_number) == (north, "000102")
    assert patient.birth_date == datetime.date(1971, 4, 3)
    assert patient.on_anticoagulant is None


def test_register_patient_needs_only_a_family_name(as_dana):
    as_dana.post(reverse("cases:register_patient"), {"family_name": "Sukarno", "sex": "unknown"})

    assert Patient.objects.get().given_name == ""


def test_register_patient_keeps_what_was_typed_beside_the_mistake(as_alice):
    page = shown(
        as_alice.post(reverse("cases:register_patient"), details(birth_date_month="13", phone="0770"))
    )

    assert "<title>Error: Register a patient" in page
    assert "Enter a real date of birth" in page
    assert 'value="0770"' in page
    assert Patient.objects.count() == 0


def test_register_patient_refuses_allergies_and_none_known_together(as_alice):
    page = shown(
        as_alice.post(reverse("cases:register_patient"), details(allergies="Latex", no_known_allergies="on"))
    )

    assert "Untick this" in page


def test_register_patient_names_the_holder_of_a_record_number(as_alice, anna):
    page = shown(as_alice.post(reverse("cases:register_patient"), details(record_number="000101")))

    assert "Record number 000101 belongs to NOVAK, Anna." in page


def test_register_patient_shows_a_possible_duplicate_first(as_alice, anna):
    twin = details(
        family_name="NOVÁK",
        given_name="anna",
        birth_date_day="17",
        birth_date_month="5",
        birth_date_year="1965",
    )

    page = shown(as_alice.post(reverse("cases:register_patient"), twin))

    assert "already registered here" in page
    assert f'name="same" value="{anna.pk}"' in page
    assert Patient.objects.count() == 1


def test_register_patient_takes_a_namesake_when_told_so(as_alice, anna):
    twin = details(
        family_name="Novak",
        given_name="Anna",
        birth_date_day="17",
        birth_date_month="5",
        birth_date_year="1965",
    )

    as_alice.post(reverse("cases:register_patient"), twin | {"anyway": "1"})

    assert Patient.objects.count() == 2


@pytest.mark.parametrize("bad", ["\x00", "a\x1bb", "a\ufffdb", "x" * 1_000_000, "No\nvak"])
@pytest.mark.parametrize(
    "field", ["family_name", "record_number", "birth_date_year", "sex", "on_anticoagulant"]
)
def test_register_patient_answers_garbage_at_the_field(as_alice, field, bad):
    response = as_alice.post(reverse("cases:register_patient"), details(**{field: bad}))

    assert response.status_code == 200
    assert "There is a problem" in shown(response)
    assert Patient.objects.count() == 0


# Show


def test_show_patient_shows_the_alerts_in_the_header(as_alice, anna):
    Patient.objects.update(allergies="Penicillin", on_anticoagulant=True, has_diabetes=False)

    header = (
        shown(as_alice.get(reverse("cases:show_patient", args=[anna.pk])))
        .partition("patient-bar")[2]
        .partition("</section>")[0]
    )

    assert "Allergies: Penicillin" in header
    assert "Anticoagulant" in header
    assert "Diabetes" not in header


def test_show_patient_does_not_say_no_allergies_when_nobody_asked(as_alice, anna):
    page = shown(as_alice.get(reverse("cases:show_patient", args=[anna.pk])))

    assert "Allergies not recorded" in page
    assert "No known allergies" not in page


def test_show_patient_escapes_what_was_typed(as_alice, anna):
    Patient.objects.update(given_name="<script>alert(1)</script>", notes="<b>x</b>")

    page = shown(as_alice.get(reverse("cases:show_patient", args=[anna.pk])))

    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


@pytest.mark.parametrize("name", ["show_patient", "edit_patient", "open_case"])
def test_patient_of_another_clinic_is_as_if_unknown(as_charlie, anna, name):
    foreign = as_charlie.get(reverse(f"cases:{name}", args=[anna.pk]))
    unknown = as_charlie.get(reverse(f"cases:{name}", args=["00000000-0000-4000-8000-000000000000"]))

    assert foreign.status_code == unknown.status_code == 404
    assert "NOVAK" not in shown(foreign)


def test_pages_of_a_patient_cost_at_most_twelve_queries(as_alice, anna, django_assert_max_num_queries):
    for _number in range(5):
        VisitFactory(case=CaseFactory(patient=anna), created_by=anna.created_by)
    as_alice.get("/")  # the first page of a session also notes when it began

    pages = (("show_patient", [anna.pk], 12), ("list_patients", [], 10), ("edit_patient", [anna.pk], 10))
    # The savepoint of the access log counts as two.
    for name, arguments, most in pages:
        with django_assert_max_num_queries(most):
            as_alice.get(reverse(f"cases:{name}", args=arguments))


# Change


def form_of(client, patient):
    """Return the POST that the untouched form of the patient would make."""
    form = client.get(reverse("cases:edit_patient", args=[patient.pk])).context["form"]
    posted = {
        name: "" if form[name].value() is None else form[name].value()
        for name in form.fields
        if name != "birth_date"
    }
    posted["no_known_allergies"] = "on" if posted["no_known_allergies"] else ""
    born = patient.birth_date
    return posted | {"birth_date_day": born.day, "birth_date_month": born.month, "birth_date_year": born.year}


def test_edit_patient_saves_the_details(as_alice, anna):
    posted = form_of(as_alice, anna) | {"phone": "0113 496 0000", "has_diabetes": "yes"}

    response = as_alice.post(reverse("cases:edit_patient", args=[anna.pk]), posted)

    anna.refresh_from_db()
    assert response.url == reverse("cases:show_patient", args=[anna.pk])
    assert (anna.phone, anna.has_diabetes, anna.record_number) == ("0113 496 0000", True, "000101")


def test_edit_patient_shows_what_somebody_else_saved_meanwhile(as_alice, as_dana, anna):
    url = reverse("cases:edit_patient", args=[anna.pk])
    mine = form_of(as_alice, anna) | {"address": "1 Canal Street"}
    as_dana.post(url, form_of(as_dana, anna) | {"phone": "0113 496 0999"})

    page = shown(as_alice.post(url, mine))

    anna.refresh_from_db()
    assert "Somebody else has changed these details" in page
    assert "0113 496 0999" in page
    assert "1 Canal Street" in page
    assert anna.address == ""


def test_edit_patient_saves_on_the_second_try_after_a_conflict(as_alice, as_dana, anna):
    url = reverse("cases:edit_patient", args=[anna.pk])
    mine = form_of(as_alice, anna) | {"address": "1 Canal Street"}
    as_dana.post(url, form_of(as_dana, anna) | {"phone": "0113 496 0999"})
    conflict = as_alice.post(url, mine)

    as_alice.post(url, mine | {"seen": conflict.context["form"]["seen"].value(), "phone": "0113 496 0999"})

    anna.refresh_from_db()
    assert (anna.address, anna.phone) == ("1 Canal Street", "0113 496 0999")


def test_edit_patient_refuses_a_death_before_the_birth(as_alice, anna):
    posted = form_of(as_alice, anna) | {"deceased_on": "1/1/1960"}

    page = shown(as_alice.post(reverse("cases:edit_patient", args=[anna.pk]), posted))

    assert "before the date of birth" in page


def test_update_patient_refuses_to_undo_what_somebody_saved_since_it_was_read(anna, alice, cast):
    read = Patient.objects.get(pk=anna.pk)
    actions.update_patient(patient=anna, by=cast.dana, phone="0113 496 0001")

    with pytest.raises(actions.ChangedMeanwhile):
        actions.update_patient(patient=read, by=alice, phone="", email="anna@example.org")

    assert Patient.objects.get(pk=anna.pk).phone == "0113 496 0001"


def test_edit_patient_shows_a_change_saved_between_its_check_and_its_save(as_alice, anna, monkeypatch):
    data = form_of(as_alice, anna) | {"email": "anna@example.org"}
    save = actions.update_patient

    def after_dana(**arguments):
        Patient.objects.filter(pk=anna.pk).update(phone="0113 496 0001")
        return save(**arguments)

    monkeypatch.setattr(actions, "update_patient", after_dana)
    page = as_alice.post(reverse("cases:edit_patient", args=[anna.pk]), data)

    assert "0113 496 0001" in page.text
    assert Patient.objects.get(pk=anna.pk).email == ""


def test_register_patient_leaves_no_name_in_a_cookie(as_alice, anna):
    as_alice.post(reverse("cases:register_patient"), details(family_name="Okafor"))

    assert set(as_alice.cookies) == {"session"}


@pytest.mark.django_db(transaction=True)
def test_register_patient_keeps_no_page_of_the_clinic_waiting(anna, north, alice):
    other = connection.copy()
    try:
        with transaction.atomic():
            actions.register_patient(clinic=north, by=alice, family_name="Okafor", sex="male")
            with other.cursor() as cursor:
                cursor.execute("SET lock_timeout = '1s'")
                cursor.execute("SELECT 1 FROM clinic_clinic WHERE id = %s FOR KEY SHARE", [north.pk])
                assert cursor.fetchone() == (1,)
    finally:
        other.close()


@pytest.mark.parametrize(
    ("name", "capitals"),
    [
        ("Παπαδοπούλου", "ΠΑΠΑΔΟΠΟΥΛΟΥ"),
        ("Ταΐδης", "ΤΑΪΔΗΣ"),
        ("Żółkiewski", "ŻÓŁKIEWSKI"),
        ("O'Brien", "O'BRIEN"),
    ],
)
def test_a_family_name_is_in_capitals_as_its_language_writes_them(name, capitals):
    assert in_capitals(name) == capitals
