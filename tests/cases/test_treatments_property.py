"""No treatment gets past a block without an override of that very check, whatever was found and typed."""

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cases import actions
from cases.choices import BodyRegion, Side, TreatmentKind
from cases.models import Finding, Treatment, Visit
from cases.screening import load_catalogue
from cases.treating import load_form_checks
from cases.treatment_checks import planned_by, seen_at
from tests.factories import (
    CaseFactory,
    ClinicFactory,
    MembershipFactory,
    PatientFactory,
    UserFactory,
)

# Every sign that some block names, so that blocks are met often, and a few that none does.
BLOCKING = sorted(
    {sign for place in load_form_checks().places for sign in [place] if ":" not in sign}
    | {"low_back_pain", "pain_radiates_back_to_foot", "progressive_motor_deficit", "ottawa_positive"}
    | {"thompson_positive", "ces_bladder_dysfunction", "dvt_risk_factor", "unilateral_calf_swelling"}
    | {"crps_disproportionate_pain", "crps_vasomotor_sudomotor", "crps_motor_trophic"}
)
KEYS = {kind: [check.key for check in load_form_checks().questions(kind)] for kind in TreatmentKind.values}
FIELDS = {
    "rest_kind": ["activity", "boot", "cast", "bed"],
    "days": [1, 3, 20],
    "sensation": ["felt", "reduced"],
    "circulation": ["felt", "absent"],
    "abpi": [0.5, 1.0],
    "procedure": ["assessment", "fusion", "disc_replacement"],
    "other_kind": ["orthosis", "tens", "belt", "traction", "padding", "afo"],
    "purpose": ["foot", "back", "sciatica"],
    "exercise_type": ["aerobic", "nerve_glide"],
}
sides = st.sampled_from(["", *Side.values])


@st.composite
def plans(draw):
    kind = draw(st.sampled_from(TreatmentKind.values))
    details = {name: draw(st.sampled_from([None, *values])) for name, values in FIELDS.items()}
    details = {name: value for name, value in details.items() if value is not None}
    asked = {key: draw(st.sampled_from(["yes", "no", ""])) for key in KEYS[kind]}
    return {
        "kind": kind,
        "region": draw(st.sampled_from(["", *BodyRegion.values])),
        "side": draw(sides),
        "details": details | {"asked": {key: said for key, said in asked.items() if said}},
    }


findings = st.dictionaries(st.sampled_from(BLOCKING), st.tuples(st.booleans(), sides), max_size=6)
reasons = st.sampled_from(["", "  ", "Agreed with the spinal team"])
BED_REST = {"kind": "rest", "region": "back", "side": "", "details": {"rest_kind": "bed", "days": 20}}
ICE = {"kind": "ice", "region": "heel", "side": "left", "details": {}}


def uncovered(treatment: Treatment) -> list[str]:
    """The blocks of a treatment as things are, without an override row or not to be overridden."""
    blocks = seen_at(treatment.visit).blocks(planned_by(treatment))
    rows = {one.check_id: one for one in treatment.overrides.all()}
    return [one.id for one in blocks if not one.overridable or one.id not in rows]


class TestNothingGetsPastABlock(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.clinic = ClinicFactory(slug="north")
        cls.alice = UserFactory(name="Alice Archer")
        MembershipFactory(user=cls.alice, clinic=cls.clinic, role="podiatrist")
        cls.case = CaseFactory(
            patient=PatientFactory(clinic=cls.clinic, created_by=cls.alice), lead=cls.alice, side="left"
        )

    def draft(self, found) -> Visit:
        visit = actions.start_visit(case=self.case, by=self.alice)
        self.find(visit, found)
        return visit

    def find(self, visit, found) -> None:
        screen = dict.fromkeys(load_catalogue().screen, (False, ""))
        answers = {
            sign: [actions.Answer(present=present, side=side)]
            for sign, (present, side) in (screen | found).items()
        }
        actions.record_answers(visit=visit, by=self.alice, answers=answers)

    def add(self, visit, plan, reason, covers=None) -> Treatment | None:
        try:
            with transaction.atomic():
                return actions.add_treatment(
                    visit=visit,
                    by=self.alice,
                    target="Heel pain",
                    start_on=visit.seen_on,
                    override_reason=reason,
                    covers=covers,
                    **plan,
                )
        except actions.TreatmentBlocked:
            return None

    def sign(self, visit) -> list:
        """Return the blocked treatments that refused the signature, none where it was given."""
        try:
            with transaction.atomic():
                actions.sign_visit(visit=visit, by=self.alice, version=None, no_call_reason="By the GP")
        except actions.TreatmentBlocked as error:
            return error.standing
        assert Visit.objects.get(pk=visit.pk).is_signed
        return []

    @given(findings, plans(), reasons)
    @settings(max_examples=60)
    @example({"low_back_pain": (True, "")}, BED_REST, "Agreed with the spinal team")
    @example({"low_back_pain": (True, "")}, BED_REST, "")
    @example({"sensory_loss_sole": (True, "left")}, ICE, "Agreed with the spinal team")
    def test_into_the_record(self, found, plan, reason):
        visit = self.draft(found)

        treatment = self.add(visit, plan, reason)

        if treatment is None:
            assert not visit.treatments.exists()
        else:
            assert uncovered(treatment) == []
            assert all(one.reason.strip() for one in treatment.overrides.all())

    @given(findings, plans(), st.sets(st.sampled_from(["rest_bed_rest", "other_tens_for_back", "no_such"])))
    @settings(max_examples=40)
    def test_with_a_reason_for_other_blocks_than_those_shown(self, found, plan, covers):
        visit = self.draft(found)

        treatment = self.add(visit, plan, "Agreed with the spinal team", covers)

        if treatment is not None:
            assert {one.check_id for one in treatment.overrides.all()} <= covers
            assert uncovered(treatment) == []

    @given(findings, plans(), plans(), reasons)
    @settings(max_examples=40)
    def test_by_changing_it(self, found, plan, other, reason):
        visit = self.draft(found)
        treatment = self.add(visit, plan, "Agreed with the spinal team")
        if treatment is None:
            return
        fields = {name: other[name] for name in ("region", "side", "details")}

        try:
            with transaction.atomic():
                actions.change_treatment(treatment=treatment, by=self.alice, override_reason=reason, **fields)
        except actions.TreatmentBlocked:
            pass

        assert uncovered(Treatment.objects.get(pk=treatment.pk)) == []

    @given(findings, findings, plans(), reasons)
    @settings(max_examples=60)
    @example({}, {"sensory_loss_sole": (True, "left")}, ICE, "")
    @example({}, {"sensory_loss_sole": (True, "right")}, ICE, "")
    @example({}, {"low_back_pain": (True, "")}, BED_REST | {"region": ""}, "")
    def test_through_the_signature(self, before, after, plan, reason):
        visit = self.draft(before)
        treatment = self.add(visit, plan, reason)
        self.find(visit, after)

        standing = self.sign(visit)

        if treatment is None:
            assert standing == []
        else:
            blocks = uncovered(Treatment.objects.get(pk=treatment.pk))
            assert [block.id for one in standing for block in one.blocks] == blocks


@pytest.mark.django_db
def test_a_treatment_written_past_its_block_is_not_signed():
    case = CaseFactory()
    visit = actions.start_visit(case=case, by=case.lead)
    Finding.objects.create(visit=visit, sign="low_back_pain", present=True)
    treatment = Treatment.objects.create(
        clinic=visit.clinic,
        case=case,
        visit=visit,
        kind="rest",
        target="Back",
        details={"rest_kind": "bed", "days": 5},
        start_on=timezone.localdate(),
        prescribed_by=case.lead,
    )
    screen = {sign: [actions.Answer(present=False)] for sign in load_catalogue().screen}
    actions.record_answers(visit=visit, by=case.lead, answers=screen)

    with pytest.raises(actions.TreatmentBlocked) as refused:
        actions.sign_visit(visit=visit, by=case.lead, version=None)

    assert refused.value.standing[0].treatment == treatment
    assert [block.id for block in refused.value.blocks] == ["rest_bed_rest"]
