"""One story told to the record, through the same actions as the pages use."""

from datetime import datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils import timezone

from cases import actions
from cases.models import Patient, Visit
from cases.screening import load_catalogue
from clinic.models import Clinic, Site, User
from referrals import actions as referral_actions
from referrals.models import Channel, Referral
from referrals.suggest import suggested_fields

from .stories import Story


def tell(clinic: Clinic, podiatrist: User, story: Story) -> None:
    """Register the patient, record the visit, and refer as far as the story has come."""
    patient = register(clinic, podiatrist, story)
    seen_on = timezone.localdate() - timedelta(days=story.days_ago)
    case = actions.open_case(
        patient=patient,
        by=podiatrist,
        complaint=story.complaint,
        side=story.side,
        onset_on=seen_on - timedelta(days=56),
        opened_at=timezone.now() - timedelta(days=story.days_ago),
    )
    visit = actions.start_visit(case=case, by=podiatrist, seen_on=seen_on)
    begun_on_the_day(visit, story.days_ago)
    actions.record_answers(visit=visit, by=podiatrist, answers=answers_of(story, story.side))
    said = {"pain_now": 6, "site": site_of(clinic, story.days_ago), **story.notes}
    visit = actions.save_visit(visit=visit, by=podiatrist, version=None, **said)
    if story.treatment:
        actions.add_treatment(
            visit=visit,
            by=podiatrist,
            start_on=seen_on,
            review_on=seen_on + timedelta(days=story.review_after),
            **story.treatment,
        )
    if story.phoned:
        actions.record_emergency_call(
            visit=visit,
            by=podiatrist,
            phoned_at=timezone.now() - timedelta(minutes=10),
            phoned_to=story.phoned,
            advice="Send at once, with a companion, not driving.",
        )
    if story.signed:
        visit = actions.sign_visit(visit=visit, by=podiatrist, version=None)
    if story.referral:
        refer(visit, podiatrist, story.referral, story.late_by_days)


def site_of(clinic: Clinic, days_ago: int) -> Site | None:
    """Return where patients were seen on a day: the sites of the clinic take turns."""
    sites = list(clinic.sites.in_use())
    return sites[days_ago % len(sites)] if sites else None


def begun_on_the_day(visit: Visit, days_ago: int) -> None:
    """Let a draft have been begun when the patient was seen: nothing in the demo is written up late."""
    if days_ago:
        noon = datetime.combine(visit.seen_on, time(12), ZoneInfo(visit.clinic.time_zone))
        Visit.objects.filter(pk=visit.pk).update(created_at=noon)


def refer(visit: Visit, podiatrist: User, how_far: str, late_by_days: int = 0) -> None:
    """Begin a referral from a signed visit; `how_far` it has come is draft, signed or sent."""
    suggested = suggested_fields(visit)
    referral = referral_actions.start_referral(
        visit=visit, by=podiatrist, **suggested, consent_given=True, safety_net_given=True
    )
    if how_far == "draft":
        return
    letter = referral_actions.sign_letter(referral=referral, by=podiatrist, version=referral.version)
    if how_far == "sent":
        referral_actions.mark_sent(
            referral=referral,
            by=letter.referral.owner or podiatrist,
            channel=Channel.POST,
            recipient=str(referral.specialist),
            sent_on=timezone.localdate(),
        )
    if late_by_days:
        due = timezone.localdate() - timedelta(days=late_by_days)
        Referral.objects.filter(pk=referral.pk).update(next_action_on=due)


def register(clinic: Clinic, by: User, story: Story) -> Patient:
    """Register the patient of a story."""
    return actions.register_patient(
        clinic=clinic,
        by=by,
        family_name=story.family,
        given_name=story.given,
        title=story.title,
        birth_date=story.born,
        sex=story.sex,
        phone="0113 496 0333",
        address="22 Canal Row\nLeeds",
        postcode="LS3 1AB",
        **story.fields,
    )


class Asked(Protocol):
    """What was asked at a visit. With `screened` every red flag of the minimum screen was, too."""

    @property
    def screened(self) -> bool: ...
    @property
    def present(self) -> list[str]: ...
    @property
    def absent(self) -> list[str]: ...
    @property
    def grades(self) -> dict[str, int]: ...


def answers_of(asked: Asked, side: str) -> dict[str, list[actions.Answer]]:
    """Return the answers of a visit as the action takes them; what has a side is on the complaint's."""
    signs = load_catalogue().signs
    screen = [code for code, sign in signs.items() if sign.screen] if asked.screened else []
    answers: dict[str, list[actions.Answer]] = {}
    for code in [*screen, *asked.absent]:
        answers[code] = [actions.Answer(present=False)]
    for code in asked.present:
        where = side if signs[code].side == "side" else ""
        answers[code] = [actions.Answer(present=True, side=where, mrc_grade=asked.grades.get(code))]
    return answers
