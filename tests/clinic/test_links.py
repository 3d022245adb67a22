"""Links: nobody is sent to a page that is not there, or not theirs."""

import re
from collections import Counter, deque
from html import unescape
from urllib.parse import urldefrag, urljoin

import pytest
from django.urls import Resolver404, resolve

from clinic.models import Role
from tests.clinic.two_clinics import fresh, site

__all__ = ["site"]
pytestmark = pytest.mark.django_db

# So many addresses of one page are opened: rows of a list are alike, and so are most of its filters.
OF_EACH = 4


def page_at(address):
    try:
        return resolve(address.split("?")[0]).view_name
    except Resolver404:
        return None


@pytest.mark.parametrize("role", Role.values)
def test_every_link_leads_to_a_page_that_its_reader_may_open(site, role):
    client = fresh(site.clients[role])
    known = {"/": "", "/admin/": ""} if role in ("manager", "auditor") else {"/": ""}
    waiting, opened, wrong = deque(known), Counter(), {}
    while waiting:
        address = waiting.popleft()
        if opened[page_at(address)] >= OF_EACH:
            continue
        opened[page_at(address)] += 1
        answer = client.get(address)
        if answer.status_code not in (200, 302):
            wrong[address] = f"{answer.status_code}, from {known[address]}"
        if answer.status_code != 200 or answer.streaming or "html" not in answer["Content-Type"]:
            continue
        for href in re.findall(r'<a\b[^>]*?\bhref="([^"]*)"', answer.content.decode()):
            link = urldefrag(urljoin(address, unescape(href))).url
            if link.startswith("/") and link not in known:
                known[link] = address
                waiting.append(link)

    assert not wrong
    assert len(opened) > 10
