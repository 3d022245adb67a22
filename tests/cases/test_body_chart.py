"""The body chart: what is marked is kept, shown, printed and refused."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.actions import Answer
from cases.body_chart import PLACES, REGIONS, in_words, letters
from cases.body_drawing import drawings
from cases.choices import Sensation
from cases.models import BodyMark
from cases.screening import load_catalogue
from tests.factories import CaseFactory, PatientFactory

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def visit(alice, north):
    patient = PatientFactory(clinic=north, created_by=alice)
    return actions.start_visit(case=CaseFactory(patient=patient, lead=alice), by=alice)


@pytest.fixture
def signed(visit, alice):
    actions.mark_region(visit=visit, by=alice, region="left_heel", sensation="pain", on=True)
    actions.mark_region(visit=visit, by=alice, region="left_heel", sensation="tingling", on=True)
    screen = {code: [Answer(present=False)] for code, sign in load_catalogue().signs.items() if sign.screen}
    actions.record_answers(visit=visit, by=alice, answers=screen)
    return actions.sign_visit(visit=visit, by=alice, version=None)


def mark(client, visit, region="left_heel", sensation="pain", on="on", **more):
    data = {"region": region, "sensation": sensation, "on": on} | more
    return client.post(reverse("cases:mark_region", args=[visit.pk]), data, **HTMX)


def marks_of(visit):
    return set(visit.body_marks.values_list("region", "sensation"))


def page_of(client, visit):
    return client.get(reverse("cases:show_visit", args=[visit.pk])).text


class TestMark:
    def test_a_tap_is_kept_at_once(self, as_alice, visit):
        page = mark(as_alice, visit)

        assert marks_of(visit) == {("left_heel", "pain")}
        assert "1 region marked" in page.text

    def test_a_second_tap_takes_it_away(self, as_alice, visit):
        mark(as_alice, visit)
        mark(as_alice, visit, on="")

        assert marks_of(visit) == set()

    def test_the_same_state_sent_twice_changes_nothing(self, as_alice, visit):
        mark(as_alice, visit)
        visit.refresh_from_db()
        version = visit.version
        mark(as_alice, visit)

        visit.refresh_from_db()
        assert (marks_of(visit), visit.version) == ({("left_heel", "pain")}, version)

    def test_one_region_holds_several_sensations(self, as_alice, visit):
        for sensation in Sensation.values:
            mark(as_alice, visit, sensation=sensation)

        assert 'data-letters="left_heel"' in page_of(as_alice, visit)
        assert ">PNT</text>" in page_of(as_alice, visit)

    @pytest.mark.parametrize("region", ["left_ear", "", "heel", "LEFT_HEEL", "left_heel\x00", "x" * 5000])
    def test_a_region_that_is_not_drawn_is_refused(self, as_alice, visit, region):
        assert mark(as_alice, visit, region=region).status_code == 422
        assert not BodyMark.objects.exists()

    @pytest.mark.parametrize("sensation", ["itch", "", "Pain", "pain\x00"])
    def test_a_sensation_that_is_not_known_is_refused(self, as_alice, visit, sensation):
        assert mark(as_alice, visit, sensation=sensation).status_code == 422
        assert not BodyMark.objects.exists()

    def test_taking_away_what_is_not_drawn_is_refused_too(self, as_alice, visit, alice):
        assert mark(as_alice, visit, region="left_ear", on="").status_code == 422
        with pytest.raises(ValidationError, match="no such region"):
            actions.mark_region(visit=visit, by=alice, region="left_ear", sensation="pain", on=False)

    def test_another_clinic_gets_a_404(self, as_charlie, visit):
        assert mark(as_charlie, visit).status_code == 404

    def test_admin_staff_may_not(self, as_dana, visit):
        assert mark(as_dana, visit).status_code == 403

    def test_a_signed_visit_refuses(self, as_alice, signed):
        assert mark(as_alice, signed, region="left_calf").status_code == 422
        assert ("left_calf", "pain") not in marks_of(signed)

    def test_the_database_refuses_a_mark_on_a_signed_visit(self, signed):
        with pytest.raises(IntegrityError), transaction.atomic():
            BodyMark.objects.create(visit=signed, region="left_calf", sensation="pain")
        with pytest.raises(IntegrityError), transaction.atomic():
            signed.body_marks.all().delete()


class TestList:
    def save(self, client, visit, *marks, **more):
        data = {"kind": "initial", "seen_on": visit.seen_on.isoformat(), "version": visit.version}
        data |= {"body_chart": "listed", "mark": list(marks)} | more
        return client.post(reverse("cases:save_visit", args=[visit.pk]), data)

    def test_without_javascript_the_ticked_boxes_are_saved_with_the_page(self, as_alice, visit, alice):
        actions.mark_region(visit=visit, by=alice, region="left_calf", sensation="pain", on=True)
        visit.refresh_from_db()

        self.save(as_alice, visit, "left_heel:pain", "right_arch:numbness", history="Burns")

        assert marks_of(visit) == {("left_heel", "pain"), ("right_arch", "numbness")}
        visit.refresh_from_db()
        assert visit.history == "Burns"

    def test_a_save_without_the_list_leaves_the_chart_alone(self, as_alice, visit, alice):
        actions.mark_region(visit=visit, by=alice, region="left_calf", sensation="pain", on=True)
        visit.refresh_from_db()
        data = {"kind": "initial", "seen_on": visit.seen_on.isoformat(), "version": visit.version}

        as_alice.post(reverse("cases:save_visit", args=[visit.pk]), data)

        assert marks_of(visit) == {("left_calf", "pain")}

    @pytest.mark.parametrize("wrong", ["left_ear:pain", "left_heel:itch", "left_heel", ":", "a\x00:pain"])
    def test_garbage_in_the_list_is_said_and_nothing_is_saved(self, as_alice, visit, wrong):
        page = self.save(as_alice, visit, "left_heel:pain", wrong, history="Burns")

        assert page.status_code in (200, 422)
        assert marks_of(visit) == set()
        visit.refresh_from_db()
        assert visit.history == ""

    def test_every_region_and_sensation_has_its_box(self, as_alice, visit, alice):
        actions.mark_region(visit=visit, by=alice, region="right_arch", sensation="numbness", on=True)
        page = page_of(as_alice, visit)

        boxes = re.findall(r'name="mark" value="(\w+):(\w+)"( checked)?', page)

        assert {(region, sensation) for region, sensation, _ in boxes} == {
            (region, sensation) for region in REGIONS for sensation in Sensation.values
        }
        assert [box[:2] for box in boxes if box[2]] == [("right_arch", "numbness")]


class TestShown:
    def test_a_signed_visit_shows_the_marks_in_the_picture_and_in_words(self, as_alice, signed):
        page = page_of(as_alice, signed)

        assert "body-region is-pain is-tingling" in page
        assert "left heel, underneath" in page
        assert 'name="mark"' not in page

    def test_a_visit_without_marks_has_no_chart_once_signed(self, as_alice, visit, alice):
        screen = {code: [Answer(present=False)] for code, one in load_catalogue().signs.items() if one.screen}
        actions.record_answers(visit=visit, by=alice, answers=screen)
        actions.sign_visit(visit=visit, by=alice, version=None)

        assert "body-drawing" not in page_of(as_alice, visit)

    def test_marks_of_one_visit_are_not_shown_in_another(self, as_alice, signed, alice):
        page_of(as_alice, signed)
        following = actions.start_visit(case=signed.case, by=alice, seen_on=timezone.localdate())

        assert "is-pain" not in page_of(as_alice, following)
        assert following.seen_on - signed.seen_on < timedelta(days=1)


class TestDrawing:
    def test_every_region_can_be_tapped_and_nothing_else(self):
        drawn = {shape.region for drawing in drawings() for shape in drawing.shapes}

        assert drawn == set(REGIONS)

    def test_codes_are_a_side_and_a_place(self):
        places = {place for view in PLACES.values() for place in view}

        sided = {f"{side}_{place}" for side in ("left", "right") for place in places}
        assert set(REGIONS) == sided | {"mid_back"}

    @pytest.mark.parametrize("drawing", drawings(), ids=lambda drawing: drawing.key)
    def test_a_shape_stands_above_the_caption_of_its_own_side(self, drawing):
        for shape in drawing.shapes:
            if not REGIONS[shape.region].side:
                continue
            nearest = min(drawing.captions, key=lambda caption: abs(caption.x - shape.x))
            assert nearest.side == REGIONS[shape.region].side, shape.region

    @pytest.mark.parametrize(
        ("view", "left_is_on_the"), [("back", "left"), ("front", "right"), ("top", "left"), ("sole", "right")]
    )
    def test_left_is_the_patients_own(self, view, left_is_on_the):
        drawing = next(one for one in drawings() if one.view == view)
        left = next(caption for caption in drawing.captions if caption.side == "left")

        assert (left.x < drawing.width / 2) == (left_is_on_the == "left")

    def test_the_big_toes_lie_side_by_side(self):
        for drawing in drawings():
            for shape in drawing.shapes:
                if "big_toe_top" in shape.region or "big_toe_sole" in shape.region:
                    small = next(
                        one for one in drawing.shapes if one.region == shape.region.replace("big_toe", "toes")
                    )
                    middle = drawing.width / 2
                    assert abs(shape.x - middle) < abs(small.x - middle)


class TestWords:
    def test_marks_are_named_by_sensation_from_the_back_down(self):
        marks = [("left_heel", "pain"), ("left_calf", "pain"), ("right_arch", "numbness"), ("gone", "pain")]

        assert in_words(marks) == {
            "pain": ["left calf", "left heel, underneath", "gone"],
            "numbness": ["right arch"],
        }

    def test_letters_come_in_one_order(self):
        assert letters({"tingling", "pain"}) == "PT"
