"""One story told to the record, through the same actions as the pages use."""

from datetime import timedelta

from django.utils import timezone

from cases import actions
from cases.models import Patient, Visit
from cases.screening import load_catalogue
from clinic.models import Clinic, User
from referrals import actions as referral_actions
from referrals.models import Channel, Referral
from referrals.suggest import suggested_fields

from .stories import Story


def tell(clinic: Clinic, podiatrist: User, story: Story) -> None:
    """Register the patient, record the visit, and refer as far as the story has come."""
    patient = _patient(clinic, podiatrist, story)
    seen_on = timezone.localdate() - timedelta(days=story.days_ago)
    case = actions.open_case(
        patient=patient,
        by=podiatrist,
        complaint=story.complaint,
        side=story.side,
        onset_on=seen_on - timedelta(days=56),
    )
    visit = actions.start_visit(case=case, by=podiatrist, seen_on=seen_on)
    # Begun on the day, as at a real clinic: nothing here is written up late.
    Visit.objects.filter(pk=visit.pk).update(created_at=visit.created_at - timedelta(days=story.days_ago))
    actions.record_answers(visit=visit, by=podiatrist, answers=_answers(story))
    visit = actions.save_visit(visit=visit, by=podiatrist, version=None, pain_now=6, **story.notes)
    if story.treatment:
        actions.add_treatment(
            visit=visit,
            by=podiatrist,
            start_on=seen_on,
            review_on=seen_on + timedelta(days=28),
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
        _refer(visit, podiatrist, story)


def _refer(visit: Visit, podiatrist: User, story: Story) -> None:
    suggested = suggested_fields(visit)
    referral = referral_actions.start_referral(
        visit=visit, by=podiatrist, **suggested, consent_given=True, safety_net_given=True
    )
    if story.referral == "draft":
        return
    letter = referral_actions.sign_letter(referral=referral, by=podiatrist, version=referral.version)
    if story.referral == "sent":
        referral_actions.mark_sent(
            referral=referral,
            by=letter.referral.owner or podiatrist,
            channel=Channel.POST,
            recipient=str(referral.specialist),
            sent_on=timezone.localdate(),
        )
    if story.late_by_days:
        due = timezone.localdate() - timedelta(days=story.late_by_days)
        Referral.objects.filter(pk=referral.pk).update(next_action_on=due)


def _patient(clinic: Clinic, podiatrist: User, story: Story) -> Patient:
    return actions.register_patient(
        clinic=clinic,
        by=podiatrist,
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


def _answers(story: Story) -> dict[str, list[actions.Answer]]:
    signs = load_catalogue().signs
    screen = [code for code, sign in signs.items() if sign.screen] if story.screened else []
    answers: dict[str, list[actions.Answer]] = {}
    for code in [*screen, *story.absent]:
        answers[code] = [actions.Answer(present=False)]
    for code in story.present:
        side = story.side if signs[code].side == "side" else ""
        answers[code] = [actions.Answer(present=True, side=side, mrc_grade=story.grades.get(code))]
    return answers
