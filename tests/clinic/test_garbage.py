"""Garbage posted to every address that takes a POST: never a 500, and typed text is kept."""

import re
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils.html import escape

from cases.screening import load_catalogue
from tests.clinic.access_table import TABLE
from tests.clinic.forms_of_pages import forms_in
from tests.clinic.two_clinics import argument, fresh, site, undone

__all__ = ["site"]
pytestmark = pytest.mark.django_db

POSTED = [name for name, page in TABLE.items() if "post" in page.methods and page.who]
OURS = [name for name in POSTED if name.startswith(("cases:", "clinic:", "referrals:", "switch"))]
HTMX = {"HTTP_HX_REQUEST": "true"}
# Pages that are asked with htmx too.
LIVE = {
    "cases:search_patients",
    "cases:answer_signs",
    "cases:mark_region",
    "cases:record_scores",
    "cases:add_activity",
    "cases:drop_activity",
    "cases:save_visit",
    "cases:add_treatment",
    "cases:check_treatment",
    "cases:attach_files",
    "cases:pick_exercises",
    "cases:edit_treatment",
    "cases:review_treatment",
    "cases:stop_treatment",
    "cases:start_from_last_visit",
    "cases:confirm_copied",
    "cases:record_emergency_call",
    "referrals:write_letter",
    "referrals:preview_wording",
}
# What each type of control is most likely to let through to the database.
SHARP = {
    "text": ("NUL", "a very long number", "right to left"),
    "textarea": ("NUL", "control characters"),
    "date": ("year 10000", "31 February", "a very long number"),
    "datetime-local": ("year 10000", "no moment"),
    "number": ("2^63", "a very long number", "other digits"),
    "hidden": ("NUL", "2^63", "a very long number"),
}
CHOICES = ("NUL", "2^63", "an id of nobody")
# Enough for pages that are Django's and allauth's own.
THEIRS = ("nothing", "blanks", "a megabyte", "NUL", "2^63", "a very long number", "no id")
STEPS = {
    "acknowledge_referral": (),
    "book_appointment": ("appointment_at", "appointment_place"),
    "mark_seen": (),
    "mark_not_attended": (),
    "decline_referral": ("what_next",),
    "close_declined": (),
    "refer_elsewhere": ("destination", "specialist"),
    "chase_referral": (
        *("channel", "outcome", "spoke_to", "chased_on", "next_on"),
        *("email", "email_text", "letter_text"),
    ),
}
TICKED = {"chase_referrals": ("channel", "outcome", "page"), "print_letters": ("page",)}
# The fields of what is posted without a form of its own.
LOOSE = {
    **{
        f"referrals:{step}": ["version", "note", "happened_on", "reason", *more]
        for step, more in STEPS.items()
    },
    **{f"referrals:{name}": ["referral", "everything", "note", *more] for name, more in TICKED.items()},
    "referrals:undo_step": ["version"],
    "referrals:undo_assignment": ["query"],
    "cases:resume_treatment": ["visit"],
    "cases:start_visit": ["kind"],
    "cases:start_from_last_visit": ["examination", "version", "page"],
    "cases:record_emergency_call": ["phoned_at", "phoned_to", "advice"],
    "cases:add_addendum": ["text"],
    "referrals:decide_not_to_refer": ["reason"],
    "referrals:begin_correction": ["correction"],
    "referrals:sign_letter": ["version", "question", "urgency", "phoned_at", "add_history"],
    "referrals:mark_sent": ["channel", "recipient", "sent_on", "reason", "copies"],
    "referrals:send_by_email": ["email", "checked", "protect", "copies"],
    "referrals:confirm_dispatch": ["arrived"],
    "referrals:send_again": ["email"],
    "switch_clinic": ["clinic"],
    "referrals:preview_wording": ["text"],
    "cases:record_scores": ["score-nrs-foot_worst", "known-nrs-foot_worst", "score-faam-adl", "version"],
    "cases:add_activity": ["text"],
    "cases:drop_activity": ["activity"],
    "cases:mark_region": ["region", "sensation", "on", "version", "page"],
    "cases:check_treatment": ["region", "side", "minutes", "abpi", "start_on", "ask_heart", "covers"],
    "cases:answer_signs": [
        *("none_of", "all_normal", "same_as_last", "ehl_weak-left-answer", "ehl_weak-left-mrc_grade"),
        *(
            f"foot_pain-{name}"
            for name in ("answer", "side", "mrc_grade", "degrees", "level", "onset_on", "note")
        ),
    ],
}

# The first of them whom a page is for is who tries it.
SIGNED_IN = ("podiatrist", "admin_staff", "manager", "superuser", "auditor")

GARBAGE = {
    "nothing": "",
    "blanks": " \t\n ",
    "a megabyte": "x" * 1_000_000,
    "NUL": "a\x00b",
    "control characters": "\x01\x07\x1b[31m\x7f\x85",
    "right to left": "نص \u202eabc\u202c שלום",
    "emoji": "🦶🏽👩‍⚕️",
    "markup": "<script>alert(1)</script>{{ 7*7 }}{% load x %}",
    "2^63": str(2**63),
    "minus 2^63": str(-(2**63)),
    "a very long number": "9" * 5000,
    "not a number": "NaN",
    "infinity": "1e999",
    "other digits": "١٢٣",
    "year 0": "0000-01-01",
    "year 10000": "10000-01-01",
    "31 February": "31/02/2020",
    "no moment": "2020-01-01T25:61",
    "an id of nobody": "00000000-0000-0000-0000-000000000000",
    "half an id": "00000000-0000-0000",
    "no id": "None",
    "a quotation": "'; DROP TABLE cases_patient; --",
    "decomposed letters": "e\u0301" * 40,
    "a broken character": "\ufffd",
}
RAW = {
    "invalid UTF-8": b"%FF%FE=%ED%A0%80&family_name=%C3%28&q=%ff&csrfmiddlewaretoken=%00",
    "bytes": bytes(range(256)),
    "too many fields": b"&".join(b"a%d=1" % number for number in range(2_500)),
    "six megabytes": b"q=" + b"x" * 6_000_000,
    "one key many times": b"&".join([b"q=a&family_name=b&version=1&signs=x&answer=y&side=left"] * 200),
    "no pair": b"&&==&=&%",
}


@pytest.fixture(scope="module")
def forms(site):
    """Every form on every page, as one person whom the page is for sees it, by the path it posts to."""
    found = {}
    for name, page in TABLE.items():
        if "get" not in page.methods:
            continue
        url = reverse(name, kwargs=argument(site.north, page))
        for who in [one for one in SIGNED_IN if one in page.who][:1]:
            with undone():
                response = fresh(site.clients[who]).get(url)
            if response.status_code == 200 and "html" in response.get("Content-Type", ""):
                for form in forms_in(response.content.decode(), url):
                    path = form.action.partition("?")[0]
                    known = found.setdefault((who, path), SimpleNamespace(fields={}, filled={}))
                    known.fields |= form.fields
                    known.filled |= form.filled()
    return found


def actor(page):
    """Return somebody who gets the page; the anonymous where they do."""
    return next(who for who in ("anonymous", *SIGNED_IN, "ended") if who in page.who)


def post(site, name, data, who=None, **headers):
    """Return the response to a POST, its writes undone."""
    page = TABLE[name]
    url = reverse(name, kwargs=argument(site.north, page))
    with undone():
        return fresh(site.clients[who or actor(page)]).post(url, data, **headers)


def form_of(forms, site, name):
    page = TABLE[name]
    url = reverse(name, kwargs=argument(site.north, page))
    return forms.get((actor(page), url), SimpleNamespace(fields={}, filled={}))


def test_every_address_of_ours_that_takes_a_post_has_a_form_on_some_page(site, forms):
    paths = {path for _who, path in forms}
    without = {name for name in OURS if reverse(name, kwargs=argument(site.north, TABLE[name])) not in paths}

    # These are for people with two clinics, for one answer, and for rows in another state than ours.
    expected = {"switch_clinic", "cases:answer_signs", "cases:start_visit", "referrals:mark_sent"}
    expected |= {"cases:start_from_last_visit", "cases:confirm_copied"}
    expected |= {"cases:record_emergency_call", "cases:add_addendum", "cases:mark_region"}
    expected |= {"cases:check_treatment", "cases:resume_treatment"}
    expected |= {"cases:record_scores", "cases:drop_activity"}
    # A button of the letter's own form sends these; the others' forms are on rarer pages.
    expected |= {f"referrals:{name}" for name in ("sign_letter", "decide_not_to_refer")}
    expected |= {f"referrals:{name}" for name in ("begin_correction", "drop_correction")}
    # The forms of a letter that is on its way: see tests/referrals/test_sending_pages.py.
    expected |= {f"referrals:{name}" for name in ("send_by_email", "confirm_dispatch", "withdraw_dispatch")}
    expected |= {f"referrals:{name}" for name in ("send_again", "set_aside_dispatch", "mark_copy_posted")}
    # Asked while a wording is being written.
    expected |= {"referrals:preview_wording"}
    # The steps of a letter that was sent, and what is done to rows that are ticked.
    expected |= {f"referrals:{name}" for name in (*STEPS, *TICKED, "undo_step", "undo_assignment")}
    assert without <= expected | {"cases:remove_treatment"}


@pytest.mark.parametrize("name", POSTED)
def test_garbage_in_every_field_is_no_server_error(site, forms, name):
    form = form_of(forms, site, name)
    names = {*few_of(form.fields), *LOOSE.get(name, ())} or {"login", "password", "key", "action"}
    for what, value in GARBAGE.items():
        if name not in OURS and what not in THEIRS:
            continue
        # A megabyte in hundreds of fields would be refused for its size alone.
        data = dict.fromkeys(sorted(names)[:3] if len(value) > 10_000 else names, value)
        for headers in ({}, HTMX) if name in LIVE else ({},):
            response = post(site, name, data, **headers)
            assert response.status_code < 500, f"{what} in {sorted(names)}"


@pytest.mark.parametrize("name", OURS)
def test_garbage_in_one_field_of_a_good_form_is_no_server_error(site, forms, name):
    form = form_of(forms, site, name)
    names = {*form.fields, *LOOSE.get(name, ())}
    good = {key: form.filled[key] for key in few_of(form.filled)}
    good |= {key: value for key, value in GOOD.items() if key in names}
    good |= {"foot_pain-answer": "yes"} if name in LOOSE else {}
    for field in few_of([*form.fields, *LOOSE.get(name, ())]):
        kind = form.fields[field].type if field in form.fields else "text"
        for what in SHARP.get(kind, CHOICES):
            # The page of a draft is long: where a part of it answers, one field at a time asks for that.
            response = post(site, name, good | {field: GARBAGE[what]}, **(HTMX if name in LIVE else {}))
            assert response.status_code < 500, f"{what} in {field}"


def few_of(names):
    """Return the names of fields, and of the hundreds that are about one sign each those of one."""
    codes = load_catalogue().signs
    return sorted(
        name for name in names if name.partition("-")[0] not in codes or name.startswith("foot_pain-")
    )


KINDS = (
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json",
    "text/plain; charset=klingon",
)
# Django leaves a body alone that is no form: one of each sort is enough for a view that would read it.
UNREAD = {"application/json": ("invalid UTF-8", "bytes"), "text/plain; charset=klingon": ("bytes",)}

# What makes the forms of the site good enough to reach the database.
GOOD = {
    "response": "better",
    "why": "no_help",
    "shortcut": "walk",
    "text": "Walking is fine.",
    "phoned_at": "2026-01-02T10:00",
    "phoned_to": "Dr Lee",
    "family_name": "Reyes",
    "given_name": "Ben",
    "sex": "male",
    "anyway": "1",
    "complaint": "Pain",
    "side": "left",
    "method": "wrapped_pack",
    "minutes": "10",
    "hours_between": "2",
    "times_a_day": "3",
    "days": "3",
    "skin_check": "on",
    "name": "Dr Lee",
    "destination": "gp",
    "reason": "By mistake",
    "channel": "post",
    "recipient": "Dr Lee",
    "urgency": "routine",
    "question": "What is it?",
    "decision": "agree",
    "region": "left_heel",
    "sensation": "pain",
}


@pytest.mark.parametrize("name", POSTED)
def test_raw_bytes_are_no_server_error(site, name):
    page = TABLE[name]
    url = reverse(name, kwargs=argument(site.north, page))
    for what, body in RAW.items():
        for kind in KINDS if name in OURS else KINDS[:2]:
            if what not in UNREAD.get(kind, RAW):
                continue
            with undone():
                response = fresh(site.clients[actor(page)]).generic("POST", url, body, kind)
            assert response.status_code < 500, f"{what} as {kind}"


@pytest.mark.parametrize("name", [name for name in TABLE if "get" in TABLE[name].methods])
def test_garbage_in_the_address_is_no_server_error(site, name):
    page = TABLE[name]
    url = reverse(name, kwargs=argument(site.north, page))
    who = actor(page) if page.who else "superuser"
    for query in (
        "?page=-1&tile=x&whose=%F0%9F%A6%B6&next=//evil.example",
        "?page=" + "9" * 400,
        "?q=%00",
        "?%ff=%fe",
        "?" + "a=1&" * 1200,
        "?e=1&o=99.x&p=zz&at__year=99999&user__id__exact=nobody&_facets=True",
        "?date=0000-00-00&download=\u202e",
    ):
        with undone():
            response = fresh(site.clients[who]).get(url + query)
        assert response.status_code < 500, query
        assert not response.get("Location", "").startswith(("//", "http://evil")), query


TYPED = "Žluť 🦶 <b>&amp;</b> نص 'x'"
# One tick, which is never wrong: nothing is typed there.
TICK = "referrals:choose_daily_email"
EDITED = [name for name in OURS if TABLE[name].methods == ("get", "post") and name != TICK]


@pytest.mark.parametrize("name", EDITED)
def test_typed_text_is_kept_when_a_form_comes_back(site, forms, name):
    form = form_of(forms, site, name)
    kept = 0
    for wrong in few_of(form.fields):
        typed = {key: TYPED for key, one in form.fields.items() if one.type in ("text", "textarea")}
        data = form.filled | typed | {wrong: "\x01 no such thing"}
        response = post(site, name, data)
        if response.status_code != 200:
            continue
        kept += 1
        body = response.content.decode()
        lost = [key for key in typed if key != wrong and escape(TYPED) not in _field(body, key)]
        assert not lost, f"with {wrong} wrong, what was typed into {lost} is gone"
    assert kept, "the form never came back"


def _field(body, name):
    """Return the markup of one control with its content."""
    pattern = rf'<(?:input|textarea)[^>]*name="{re.escape(name)}"[^>]*>(?:[^<]*</textarea>)?'
    return "".join(re.findall(pattern, body))
