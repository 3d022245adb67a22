"""The worklist: each open referral in exactly one queue, found by filters that leak nothing."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic.models import AccessLog, Membership, Role
from referrals import actions
from referrals.models import Referral, SavedView
from referrals.workflow import OPEN_STATES, State, Tile
from referrals.worklist.choices import AGES, SORTS, URGENCIES, Choices, code_of
from referrals.worklist.filters import Filters
from referrals.worklist.finding import Search
from tests.conftest import signed_in
from tests.factories import MembershipFactory, SpecialistFactory, UserFactory
from tests.referrals.worklist_rows import referral_in

LIST = "/referrals/"


def found(client, **query):
    """Return the family names on the list, in its order."""
    page = client.get(LIST, query)
    return [row.patient.family_name for row in page.context["referrals"]]


class TestQueues:
    @settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_each_open_referral_is_in_exactly_one_queue(self, data, north, alice):
        if not Referral.objects.exists():
            for state in State:
                referral_in(state, north, alice)
        today = timezone.localdate()
        for pk in Referral.objects.values_list("pk", flat=True):
            days, ready, up = data.draw(st.tuples(st.integers(-3, 3), st.booleans(), st.booleans()))
            Referral.objects.filter(pk=pk).update(
                next_action_on=today + timedelta(days=days),
                ready_to_sign=ready,
                escalated_at=timezone.now() if up else None,
            )

        rows = north.referrals.all()
        queues = {tile: set(rows.in_tile(tile).values_list("pk", flat=True)) for tile in Tile}

        assert sum(map(len, queues.values())) == len(set.union(*queues.values())) == len(OPEN_STATES)
        for row in rows:
            assert [tile for tile, pks in queues.items() if row.pk in pks] == ([row.tile] if row.tile else [])
        assert rows.counts().tiles == {tile: len(pks) for tile, pks in queues.items()}
        counts = rows.counts(escalated_only=True)
        assert counts.escalated == rows.escalated().count() == sum(counts.tiles.values())

    @settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_the_list_finds_and_counts_by_the_queue_that_a_referral_says_it_is_in(self, data, north, alice):
        if not Referral.objects.exists():
            for state in State:
                referral_in(state, north, alice)
        today = timezone.localdate()
        for pk in Referral.objects.values_list("pk", flat=True):
            days, ready, up = data.draw(st.tuples(st.integers(-3, 3), st.booleans(), st.booleans()))
            Referral.objects.filter(pk=pk).update(
                next_action_on=today + timedelta(days=days),
                ready_to_sign=ready,
                escalated_at=timezone.now() if up else None,
            )
        escalated = data.draw(st.sampled_from(["", "1"]))

        def page(tile):
            filters = Filters(tile=tile, escalated=escalated)
            return Search(north, alice, filters, Choices({}, {}, ())).page(0, 25)

        rows = north.referrals.escalated() if escalated else north.referrals.open()
        pages = {tile: page(tile) for tile in Tile}
        for tile, found in pages.items():
            assert {row.referral.pk for row in found.rows} == {row.pk for row in rows if row.tile == tile}
            assert all(row.referral.tile == tile for row in found.rows)
            assert found.counts == north.referrals.all().counts(escalated_only=bool(escalated))
        assert len(page("").rows) == len(rows) == sum(len(found.rows) for found in pages.values())

    def test_a_queue_holds_what_its_count_says(self, as_dana, north, alice):
        for due_in in (-1, 0, 0, 4):
            referral_in(State.SENT, north, alice, due_in=due_in)

        page = as_dana.get(LIST, {"tile": "no_acknowledgement"})

        assert {tile: count for tile, count, _there in page.context["tiles"]}[Tile.OVERDUE] == 1
        assert page.context["total"] == len(page.context["referrals"]) == 3

    def test_the_list_shows_25_at_a_time_and_the_whole_number(self, as_dana, north, alice):
        for number in range(27):
            referral_in(State.SENT, north, alice, family_name=f"Name{number:02}")

        first, second = found(as_dana, sort="patient"), found(as_dana, sort="patient", page=2)

        assert [len(first), len(second)] == [25, 2]
        assert first + second == [f"Name{number:02}" for number in range(27)]
        assert "26 to 27 of 27" in as_dana.get(LIST, {"page": 99}).text

    def test_the_list_leaves_one_row_in_the_log_of_reads_with_the_patients_of_the_page(
        self, as_dana, north, alice
    ):
        rows = [referral_in(State.SENT, north, alice) for _ in range(3)]
        referral_in(State.CLOSED, north, alice)

        as_dana.get(LIST)

        log = AccessLog.objects.get(action="referrals:list_referrals")
        assert set(log.patients) == {row.case.patient_id for row in rows}


class TestFilters:
    @pytest.fixture
    def five(self, north, cast):
        shah = SpecialistFactory(clinic=north, name="Dr Shah", site="St James")
        lee = SpecialistFactory(clinic=north, name="Dr Lee", site="Seacroft")
        now = timezone.now()
        alice, bob, dana = cast.alice, cast.bob, cast.dana
        referral_in(State.SENT, north, alice, family_name="Ash", specialist=shah, urgency="urgent", due_in=3)
        referral_in(
            State.SENT, north, alice, family_name="Birch", specialist=lee, owner=dana, due_in=-2,
            created_at=now - timedelta(days=20),
        )  # fmt: skip
        referral_in(State.SEEN, north, bob, family_name="Cedar", specialist=lee, urgency="urgent", due_in=1)
        referral_in(
            State.DRAFT, north, alice, lead=bob, family_name="Dogwood", urgency="emergency", due_in=5,
            escalated_at=now,
        )  # fmt: skip
        referral_in(State.CLOSED, north, alice, family_name="Elm", specialist=shah)
        return {"shah": shah, "lee": lee}

    def test_without_filters_the_list_holds_all_open_ones_the_most_pressing_first(self, as_dana, five):
        assert found(as_dana) == ["Dogwood", "Birch", "Cedar", "Ash"]

    def test_mine_are_those_in_my_hands(self, as_dana, five):
        assert found(as_dana, whose="mine") == ["Birch"]

    def test_one_filter_narrows_the_list(self, as_dana, five, cast):
        assert found(as_dana, urgency="urgent") == ["Cedar", "Ash"]
        assert found(as_dana, specialist=five["lee"].pk) == ["Birch", "Cedar"]
        assert found(as_dana, site=code_of("st james")) == ["Ash"]
        assert found(as_dana, age="14") == ["Birch"]
        assert found(as_dana, escalated="1") == ["Dogwood"]

    def test_the_podiatrist_leads_the_case_or_signed_the_letter(self, as_dana, five, cast):
        assert found(as_dana, podiatrist=cast.bob.pk) == ["Dogwood", "Cedar"]
        assert found(as_dana, podiatrist=cast.alice.pk) == ["Birch", "Ash"]

    def test_filters_narrow_together_and_the_tiles_count_what_is_left(self, as_dana, five):
        page = as_dana.get(LIST, {"specialist": five["lee"].pk, "urgency": "urgent"})

        assert [row.patient.family_name for row in page.context["referrals"]] == ["Cedar"]
        counts = {tile: count for tile, count, _there in page.context["tiles"] if count}
        assert counts == {Tile.AWAITING_REPLY: 1}

    def test_how_long_in_this_state_is_asked_of_the_last_standing_step(self, as_dana, north, alice, five):
        with time_machine.travel(timezone.now() - timedelta(days=9), tick=False):
            waiting, gone_on = [
                referral_in(State.SENT, north, alice, family_name=name) for name in ("Fir", "Gorse")
            ]
        actions.cancel_referral(referral=gone_on, by=alice, reason="Moved away")
        actions.undo_step(referral=gone_on, by=alice, version=gone_on.version + 1)

        assert found(as_dana, age="s7", sort="patient") == ["Fir", "Gorse"]
        actions.acknowledge_referral(referral=waiting, by=alice, version=waiting.version)
        assert found(as_dana, age="s7") == ["Gorse"]
        assert found(as_dana, age="s14") == []

    @pytest.mark.parametrize(
        ("sort", "names"),
        [
            ("due", ["Dogwood", "Birch", "Cedar", "Ash"]),
            ("urgency", ["Dogwood", "Cedar", "Ash", "Birch"]),
            ("age", ["Birch", "Ash", "Cedar", "Dogwood"]),
            ("specialist", ["Birch", "Cedar", "Ash", "Dogwood"]),
            ("patient", ["Ash", "Birch", "Cedar", "Dogwood"]),
        ],
    )
    def test_the_list_is_sorted_as_asked(self, as_dana, five, sort, names):
        assert found(as_dana, sort=sort) == names

    @pytest.mark.parametrize("name", ["specialist", "podiatrist", "site", "urgency", "age", "tile", "sort"])
    def test_what_this_clinic_does_not_know_is_left_out_and_said(self, as_dana, five, name, cast, south):
        foreign = SpecialistFactory(clinic=south, name="Dr Marigold", site="Harbour")
        values = {"specialist": foreign.pk, "podiatrist": cast.charlie.pk, "site": code_of("Harbour")}

        page = as_dana.get(LIST, {name: values.get(name, "1 OR 1=1")})

        assert len(page.context["referrals"]) == 4
        assert "not known here" in page.text
        assert "Marigold" not in page.text
        assert "Charlie" not in page.text

    def test_the_address_of_a_filtered_list_names_nobody(self, north, five):
        choices = Choices.of(north)
        podiatrist = next(iter(choices.podiatrists))
        asked = {"specialist": str(five["lee"].pk), "podiatrist": podiatrist, "site": code_of("Seacroft")}

        query = Filters.read(asked | {"urgency": "soon", "age": "7", "whose": "mine"}, choices).query

        assert set(QueryDict(query)) == {"specialist", "podiatrist", "site", "urgency", "age", "whose"}
        assert not [word for word in ("Lee", "Seacroft", "Alice", "Bob", "Novak") if word in query]

    @given(
        st.dictionaries(
            st.sampled_from(["whose", "tile", "urgency", "age", "escalated", "sort", "site", "x"]),
            st.one_of(
                st.sampled_from(["mine", "1", *Tile.values, *AGES, *SORTS, *dict(URGENCIES)]), st.text()
            ),
        )
    )
    def test_a_query_read_and_written_stays_the_same(self, asked):
        choices = Choices({}, {}, ())
        filters = Filters.read(asked, choices)

        assert Filters.read_text(filters.query, choices) == filters


class TestNext:
    @pytest.fixture
    def three(self, north, alice):
        return [referral_in(State.SENT, north, alice, due_in=days) for days in (1, 2, 3)]

    def go_on(self, client, after, place, **query):
        response = client.get(reverse("referrals:next_referral"), query | {"after": after.pk, "place": place})
        return response.url

    def test_next_is_the_one_below_in_the_same_list(self, as_dana, three):
        to = self.go_on(as_dana, three[0], 0, tile="no_acknowledgement")

        assert to == f"/referrals/{three[1].pk}/?tile=no_acknowledgement&place=1"

    def test_one_that_left_the_list_makes_room_for_the_next(self, as_dana, three, north, alice):
        actions.cancel_referral(referral=three[0], by=alice, reason="No longer wanted")

        assert self.go_on(as_dana, three[0], 0).startswith(f"/referrals/{three[1].pk}/")

    def test_while_anything_is_left_there_is_a_next_one(self, as_dana, three, alice):
        for done in three[1:]:
            actions.cancel_referral(referral=done, by=alice, reason="No longer wanted")

        assert self.go_on(as_dana, three[2], 2).startswith(f"/referrals/{three[0].pk}/")

    def test_after_the_last_one_comes_the_list(self, as_dana, three):
        assert self.go_on(as_dana, three[2], 2, sort="age") == f"{LIST}?sort=age"
        assert "last referral of this list" in as_dana.get(LIST).text

    def test_a_list_that_is_done_says_so(self, as_dana, three):
        assert self.go_on(as_dana, three[2], 2, tile="to_sign") == f"{LIST}?tile=to_sign"
        assert "nothing is left" in as_dana.get(LIST).text

    def test_another_clinics_referral_tells_nothing(self, as_charlie, three):
        assert self.go_on(as_charlie, three[0], 0) == LIST


class TestAssign:
    def send(self, client, **data):
        return client.post(reverse("referrals:assign_referrals"), data)

    def test_the_chosen_go_into_the_hands_of_a_colleague(self, as_dana, north, alice, cast):
        rows = [referral_in(State.SENT, north, alice) for _ in range(3)]

        chosen = [rows[0].pk, rows[1].pk]
        response = self.send(as_dana, referral=chosen, owner=cast.dana.pk, query="sort=age")

        assert response.url == f"{LIST}?sort=age"
        assert [Referral.objects.get(pk=row.pk).owner for row in rows] == [cast.dana, cast.dana, alice]
        assert "2 referrals are with Dana Dale." in as_dana.get(LIST).text

    def test_all_of_a_list_are_those_that_its_filters_find(self, as_dana, north, alice, cast):
        for state in (State.SENT, State.SENT, State.SEEN):
            referral_in(state, north, alice)

        self.send(as_dana, everything="on", owner=cast.bob.pk, query="tile=no_acknowledgement")

        assert north.referrals.filter(owner=cast.bob).count() == 2

    def test_at_most_200_are_taken_at_once(self, as_dana, north, alice, cast, monkeypatch):
        monkeypatch.setattr("referrals.views.worklist_bulk.MOST_AT_ONCE", 2)
        for _ in range(3):
            referral_in(State.SENT, north, alice)

        self.send(as_dana, everything="on", owner=cast.bob.pk)

        assert north.referrals.filter(owner=cast.bob).count() == 2

    @pytest.mark.parametrize("who", ["manager", "left", "stranger", "nobody"])
    def test_only_an_active_member_who_may_follow_up_can_own(self, as_dana, north, alice, cast, who):
        row = referral_in(State.SENT, north, alice)
        left = MembershipFactory(clinic=north, role=Role.PODIATRIST, is_active=False).user
        owner = {"manager": cast.mo, "left": left, "stranger": cast.charlie, "nobody": UserFactory()}[who]

        page = self.send(as_dana, referral=row.pk, owner=owner.pk)

        assert page.context["form"].errors["owner"]
        assert f'value="{row.pk}" autocomplete="off" checked' in page.text
        with pytest.raises(actions.CannotOwn):
            actions.assign_referrals(clinic=north, referrals=[row.pk], owner=owner, by=cast.dana)
        row.refresh_from_db()
        assert row.owner == alice

    def test_nothing_chosen_is_said_and_changes_nothing(self, as_dana, north, alice, cast):
        referral_in(State.SENT, north, alice)

        page = self.send(as_dana, owner=cast.bob.pk)

        assert "Choose at least one referral" in page.text
        assert page.context["form"].data["owner"] == str(cast.bob.pk)

    def test_ended_ones_and_those_of_others_are_left_alone_and_counted(
        self, as_dana, north, south, alice, cast
    ):
        ended = referral_in(State.CLOSED, north, alice)
        foreign = referral_in(State.SENT, south, cast.charlie)
        mine = referral_in(State.SENT, north, alice)

        self.send(as_dana, referral=[ended.pk, foreign.pk, mine.pk, uuid.uuid4()], owner=cast.bob.pk)

        foreign.refresh_from_db()
        assert foreign.owner == cast.charlie
        assert list(Referral.objects.filter(owner=cast.bob)) == [mine]
        assert "3 were left: they have ended" in as_dana.get(LIST).text

    def test_who_looks_at_the_old_page_is_told_that_the_owner_changed(self, north, alice, cast):
        row = referral_in(State.SENT, north, alice)

        actions.assign_referrals(clinic=north, referrals=[row.pk], owner=cast.bob, by=cast.dana)

        assert Referral.objects.get(pk=row.pk).version == row.version + 1

    def undo(self, client):
        return client.post(reverse("referrals:undo_assignment"), {"query": "sort=age"}, follow=True)

    def test_the_page_says_who_had_them_and_one_button_puts_them_back(self, as_dana, north, alice, cast):
        rows = [referral_in(State.SENT, north, alice) for _ in range(3)]
        Referral.objects.filter(pk=rows[2].pk).update(owner=cast.bob)

        self.send(as_dana, referral=[row.pk for row in rows], owner=cast.dana.pk)
        assert (
            "3 referrals went to Dana Dale. Before: Alice Archer (2), Bob Birch (1)."
            in as_dana.get(LIST).text
        )

        page = self.undo(as_dana)
        assert "3 referrals are back." in page.text
        assert "went to Dana Dale" not in page.text
        assert [Referral.objects.get(pk=row.pk).owner for row in rows] == [alice, alice, cast.bob]

    def test_what_went_on_since_or_ended_is_not_put_back(self, as_dana, north, alice, cast):
        rows = [referral_in(State.SENT, north, alice) for _ in range(3)]
        self.send(as_dana, referral=[row.pk for row in rows], owner=cast.dana.pk)
        Referral.objects.filter(pk=rows[0].pk).update(owner=cast.bob)
        version = Referral.objects.get(pk=rows[1].pk).version
        actions.cancel_referral(referral=rows[1], by=cast.dana, version=version, reason="No longer wanted")

        assert "2 were left" in self.undo(as_dana).text
        owners = [Referral.objects.get(pk=row.pk).owner for row in rows]
        assert owners == [cast.bob, cast.dana, alice]

    def test_it_can_be_put_back_for_ten_minutes_by_who_did_it(self, as_dana, north, alice, cast):
        row = referral_in(State.SENT, north, alice)
        self.send(as_dana, referral=row.pk, owner=cast.dana.pk)

        assert "ten minutes" in self.undo(signed_in(cast.bob)).text
        with time_machine.travel(timezone.now() + timedelta(minutes=11)):
            assert "went to Dana Dale" not in as_dana.get(LIST).text
            assert "ten minutes" in self.undo(as_dana).text
        assert Referral.objects.get(pk=row.pk).owner == cast.dana


class TestSavedViews:
    def save(self, client, name="Urgent ones", query="tile=to_send&urgency=urgent", **other):
        return client.post(reverse("referrals:save_view"), {"name": name, "query": query} | other)

    def test_a_view_is_saved_used_renamed_and_removed(self, as_dana, cast):
        self.save(as_dana)
        view = SavedView.objects.get()
        assert (view.user, view.name, view.query) == (cast.dana, "Urgent ones", "tile=to_send&urgency=urgent")
        assert "Urgent ones" in as_dana.get(LIST).text

        used = as_dana.get(reverse("referrals:show_view", args=[view.pk]))
        assert used.url == f"{LIST}?tile=to_send&urgency=urgent"
        assert as_dana.get(used.url).context["views"] == [(view, True)]

        as_dana.post(reverse("referrals:edit_view", args=[view.pk]), {"name": "To post"})
        assert SavedView.objects.get().name == "To post"
        as_dana.post(reverse("referrals:remove_view", args=[view.pk]))
        assert not SavedView.objects.exists()

    def test_only_what_the_list_understands_is_saved(self, as_dana, south):
        foreign = SpecialistFactory(clinic=south)

        self.save(as_dana, query=f"tile=to_send&specialist={foreign.pk}&q=Novak&next=//evil.example")

        assert SavedView.objects.get().query == "tile=to_send"

    def test_what_the_clinic_no_longer_knows_is_left_out_when_a_view_is_used(self, as_dana, north, cast):
        view = SavedView.objects.create(
            clinic=north, user=cast.dana, name="Old", query=f"specialist={uuid.uuid4()}&sort=age"
        )

        response = as_dana.get(reverse("referrals:show_view", args=[view.pk]), follow=True)

        assert response.redirect_chain == [(f"{LIST}?sort=age", 302)]
        assert "no longer known here" in response.text

    def test_a_second_view_of_a_name_is_refused_with_what_was_typed(self, as_dana):
        self.save(as_dana)

        page = self.save(as_dana, query="sort=age")

        assert "You have a view of that name already." in page.text
        assert 'value="Urgent ones"' in page.text
        assert SavedView.objects.count() == 1

    def test_a_colleagues_view_is_not_there(self, as_dana, north, cast):
        view = SavedView.objects.create(clinic=north, user=cast.bob, name="Bob’s own", query="sort=age")

        assert "Bob’s own" not in as_dana.get(LIST).text
        for name in ("show_view", "edit_view"):
            assert as_dana.get(reverse(f"referrals:{name}", args=[view.pk])).status_code == 404
        for name in ("edit_view", "remove_view"):
            answer = as_dana.post(reverse(f"referrals:{name}", args=[view.pk]), {"name": "Mine now"})
            assert answer.status_code == 404
        assert SavedView.objects.get().name == "Bob’s own"

    def test_there_is_an_end_to_how_many_a_person_keeps(self, as_dana, north, cast):
        SavedView.objects.bulk_create(
            SavedView(clinic=north, user=cast.dana, name=f"View {number}") for number in range(30)
        )

        assert "Remove one first" in self.save(as_dana).text


class TestQueries:
    """The list asks the database as often for 25 rows as for one, whatever the filters."""

    MOST = 8

    def asked(self, client, django_assert_max_num_queries, **query):
        client.get(LIST, query)
        with django_assert_max_num_queries(self.MOST) as captured:
            client.get(LIST, query)
        return len(captured)

    @pytest.mark.parametrize(
        "query",
        [
            {},
            {"whose": "mine"},
            {"tile": "no_acknowledgement"},
            {"urgency": "soon", "age": "s7", "sort": "patient"},
            {"escalated": "1", "sort": "specialist"},
        ],
        ids=["all", "mine", "one queue", "filtered", "escalated"],
    )
    def test_the_number_of_queries_does_not_grow(
        self, as_dana, north, cast, query, django_assert_max_num_queries
    ):
        fields = {"owner": cast.dana, "escalated_at": timezone.now()}
        SavedView.objects.create(clinic=north, user=cast.dana, name="One", query="sort=age")
        referral_in(State.SENT, north, cast.alice, **fields)
        few = self.asked(as_dana, django_assert_max_num_queries, **query)
        for _ in range(8):
            referral_in(State.SENT, north, cast.alice, **fields)
            Membership.objects.create(clinic=north, user=UserFactory(), role=Role.PODIATRIST)

        assert self.asked(as_dana, django_assert_max_num_queries, **query) == few


class TestHome:
    def test_the_manager_sees_on_the_first_page_how_many_were_escalated(self, as_mo, as_dana, north, alice):
        referral_in(State.SENT, north, alice, escalated_at=timezone.now())

        assert "?escalated=1" in as_mo.get("/").text
        assert "Escalated (1)" in as_dana.get(LIST).text


class TestPlace:
    """Whoever opened a referral from the list goes on in that list, whatever is done on its page."""

    @pytest.fixture
    def row(self, north, alice):
        return referral_in(State.SENT, north, alice)

    def cancel(self, client, row, page):
        path = reverse("referrals:cancel_referral", args=[row.pk])
        data = {"reason": "No longer wanted", "version": row.version}
        return client.post(path, data, HTTP_REFERER=f"http://testserver{page}").url.split("#")[0]

    def test_a_referral_that_was_opened_from_the_list_leads_on_and_back(self, as_dana, row):
        page = as_dana.get(f"/referrals/{row.pk}/?tile=no_acknowledgement&place=0").text

        assert f'href="{LIST}?tile=no_acknowledgement&amp;place=0"' in page
        assert f'href="{LIST}next/?tile=no_acknowledgement&amp;place=0&amp;after={row.pk}"' in page
        assert "Next in list" not in as_dana.get(f"/referrals/{row.pk}/").text

    def test_the_place_is_kept_over_a_form_of_the_page(self, as_dana, row):
        page = f"/referrals/{row.pk}/?tile=no_acknowledgement&place=0"

        assert self.cancel(as_dana, row, page) == page

    def test_the_place_is_kept_over_a_refused_form_and_the_one_sent_after_it(self, as_dana, row):
        page = f"/referrals/{row.pk}/?tile=no_acknowledgement&place=0"
        path = reverse("referrals:cancel_referral", args=[row.pk])
        action = f"{path}?tile=no_acknowledgement&place=0"
        assert f'action="{action.replace("&", "&amp;")}"' in as_dana.get(page).text

        refused = as_dana.post(action, {"reason": "", "version": row.version})
        assert f'href="{LIST}next/?tile=no_acknowledgement&amp;place=0&amp;after={row.pk}"' in refused.text
        assert f'action="{action.replace("&", "&amp;")}"' in refused.text

        assert self.cancel(as_dana, row, action) == page

    @pytest.mark.parametrize(
        "page", ["/referrals/{pk}/", "/referrals/{pk}/?tile=x", "/referrals/{other}/?place=0", "/?place=0"]
    )
    def test_no_place_is_made_up(self, as_dana, row, page):
        page = page.format(pk=row.pk, other=uuid.uuid4())

        assert self.cancel(as_dana, row, page) == f"/referrals/{row.pk}/"

    def test_a_place_on_another_site_is_none(self, as_dana, row):
        path = reverse("referrals:cancel_referral", args=[row.pk])
        page = f"https://evil.example/referrals/{row.pk}/?place=0&next=//evil.example"

        answer = as_dana.post(path, {"reason": "x", "version": row.version}, HTTP_REFERER=page)

        assert "evil" not in answer.url
