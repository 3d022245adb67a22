"""The admin, asked for what nobody should get: forged ticks, other clinics' rows, garbage."""

import uuid
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from clinic.admin_site import ClinicModelAdmin
from clinic.record_admin.pages import RecordAdmin
from tests.clinic.two_clinics import SECRETS, SPECIALISTS, fresh, site, undone

__all__ = ["site"]
pytestmark = pytest.mark.django_db

ROWS = {
    "referrals_specialist": "specialist",
    "clinic_membership": "membership",
    "clinic_site": "site",
    "clinic_closure": "closure",
    "cases_phrase": "clinic_phrase",
    "clinic_clinic": "clinic",
}
PAGES = {
    f"{model._meta.app_label}_{model._meta.model_name}": page for model, page in admin.site._registry.items()
}
CLINICS = [kind for kind, page in PAGES.items() if isinstance(page, ClinicModelAdmin)]
RECORD = [kind for kind, page in PAGES.items() if isinstance(page, RecordAdmin)]
KEYS = ("", "x", "0", "9" * 400, "-1", "1e9", "None", str(uuid.uuid4()), "_5F", "a_2Fb", "0" * 32, "٣")
QUERIES = (
    "q=x&q=y",
    "q=" + "(" * 3000,
    "o=99.-1.x&p=-1&all=",
    "p=99999999999999999999",
    "e=1&_facets=True&_popup=1&_to_field=password",
    "_to_field=id&_popup=1",
    "clinic__id__exact={south}",
    "user__password__startswith=a",
    "referral_coordinator__password__regex=.",
    "clinic__name__startswith=South",
    "id__in=x,y",
    "pk__in={south}",
    "id__exact=",
    "id__gt=9999999999999999999999",
    "on__gte=0001-01-01&on__lt=9999-12-31",
    "on__gte=x",
    "on__year=99999",
    "on__isnull=maybe",
    "version__gt=99999999999999999999",
    "role__exact=x&is_active__exact=2",
    "destination__in=a&destination__regex=(",
    "offered=maybe",
    "after=9999-12-31T23:59:59Z_x&until=9999-12-31",
    "after=0001-01-01T00:00:00%2B00:00&until=0001-01-01",
    "after=2199-12-31T23:59:59%2B23:59_9999999999999999999999",
    "after=2026-01-01T00:00:00Z_-1&patient={south}",
    "until=2026-02-29",
    "patient=&is=&is=draft&state=x&created_by={south}",
    "user={south}&owner={south}&lead={south}",
    "before=99999999999999999999&before=-1",
    "before=999999999999999999",
    "before=%D9%A3",
    "_changelist_filters=%3Fq%3D1&_changelist_filters=x%00",
)


def get(site, url, who="manager"):
    with undone():
        response = fresh(site.clients[who]).get(url)
        return response, b"".join(response).decode("utf-8", "replace")


def theirs(site):
    return [*SECRETS["south"], SPECIALISTS["south"], "south podiatrist", "south manager"]


@pytest.mark.parametrize("kind", CLINICS)
@pytest.mark.parametrize("who", ["manager", "superuser"])
def test_no_query_of_a_list_is_an_error_or_shows_another_clinic(site, kind, who):
    url = reverse(f"admin:{kind}_changelist")
    for query in QUERIES:
        response, body = get(site, f"{url}?{query.format(south=site.south.user.pk)}", who)
        said = f"{who} {kind}?{query}: {response.status_code}"
        assert response.status_code in (200, 302, 400, 403), said
        if who != "superuser":
            assert not [word for word in theirs(site) if word in body], said


@pytest.mark.parametrize("kind", CLINICS)
def test_no_key_of_a_row_is_an_error(site, kind):
    for key in KEYS[1:]:
        for name in ("change", "history", "delete"):
            url = reverse(f"admin:{kind}_{name}", args=[key])
            for who in ("manager", "superuser"):
                for query in ("", "?_to_field=x&_popup=1"):
                    response, _body = get(site, url + query, who)
                    assert response.status_code in (302, 400, 403, 404), (who, url)


ACTIONS = ("retire", "end", "delete_selected", "no_such_action", "")
ASKED = ({}, {"sure": "yes", "post": "yes"}, {"select_across": "1", "index": "7"})


@pytest.mark.parametrize("kind", ROWS)
def test_no_action_and_no_tick_is_an_error(site, kind):
    url = reverse(f"admin:{kind}_changelist")
    for action in ACTIONS:
        for key in ("", "x", "9" * 400, str(uuid.uuid4())):
            for more in ASKED:
                with undone():
                    data = {"action": action, "_selected_action": [key, key], "index": "0", **more}
                    response = fresh(site.clients["manager"]).post(url, data)
                assert response.status_code < 500, (action, key, more)


@pytest.mark.parametrize("kind", ROWS)
def test_a_forged_tick_or_save_changes_nothing_of_another_clinic(site, kind):
    row = getattr(site.south, ROWS[kind])
    fields = [field.attname for field in row._meta.concrete_fields]
    before = [getattr(row, name) for name in fields]
    for who in ("manager", "auditor"):
        with undone():
            client = fresh(site.clients[who])
            for action in ACTIONS:
                data = {"action": action, "_selected_action": [row.pk], "sure": "yes", "post": "yes"}
                for more in ({}, {"select_across": "1"}):
                    answer = client.post(reverse(f"admin:{kind}_changelist"), data | more)
                    assert not [word for word in theirs(site) if word in answer.content.decode()]
            for name in ("change", "delete"):
                client.post(reverse(f"admin:{kind}_{name}", args=[row.pk]), {"post": "yes", "name": "Ours"})
            client.post(reverse(f"admin:{kind}_change", args=[row.pk]), {"_saveasnew": "1", "name": "Ours"})
            row.refresh_from_db()
            assert [getattr(row, name) for name in fields] == before, who


@pytest.mark.parametrize("kind", RECORD)
def test_a_post_to_a_list_of_the_record_acts_on_nothing(site, kind):
    page = reverse(f"admin:{kind}_changelist")
    forged = {"action": "delete_selected", "_selected_action": "1", "post": "yes"}
    for data in (forged, {"_save": "1", "form-TOTAL_FORMS": "1"}):
        with undone():
            response = fresh(site.clients["manager"]).post(page, data)
        assert response.status_code == 200, data


def test_nothing_is_done_without_the_token_of_a_form_or_by_a_link(site):
    page = reverse("admin:referrals_specialist_changelist")
    data = {"action": "retire", "_selected_action": [site.north.specialist.pk], "sure": "yes"}
    strict = Client(enforce_csrf_checks=True)
    strict.cookies.load(site.clients["manager"].cookies.output(header="", sep=";"))
    with undone():
        refused = strict.post(page, data)
        linked = fresh(site.clients["manager"]).get(f"{page}?{urlencode(data, doseq=True)}")
        site.north.specialist.refresh_from_db()

    assert refused.status_code == 403
    assert linked.status_code in (200, 302)
    assert site.north.specialist.retired_at is None


@pytest.mark.parametrize("who", ["manager", "auditor"])
def test_autocomplete_completes_nothing_for_who_is_no_superuser(site, who):
    fields = [("clinic", "membership", "user"), ("cases", "case", "patient"), ("x", "y", "z")]
    for app, model, field in fields:
        query = urlencode({"app_label": app, "model_name": model, "field_name": field, "term": "south"})
        response, body = get(site, f"{reverse('admin:autocomplete')}?{query}", who)
        assert response.status_code in (403, 404)
        assert "south" not in body
