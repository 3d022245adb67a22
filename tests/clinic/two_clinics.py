"""Two clinics with one row of everything, and every kind of person who may come to a page."""

import uuid
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.screening import load_catalogue
from clinic.models import AccessLog, Logo, Role, SignatureImage, User
from referrals import actions as referrals
from referrals.models import SavedView
from referrals.tasks import make_print_run
from tests.factories import (
    CaseFactory,
    ClinicFactory,
    ClosureFactory,
    DispatchFactory,
    FindingFactory,
    MembershipFactory,
    PatientFactory,
    PhraseFactory,
    SiteFactory,
    SpecialistFactory,
    TreatmentFactory,
    UserFactory,
    VisitFactory,
)
from tests.hostile_files import jpeg, pdf, png

PNG = png()
# Words that are in one clinic's record and nowhere else on the site.
SECRETS = {"north": ["Quillfeather", "Peppercorn"], "south": ["Bramblewick", "Saltmarsh"]}
SPECIALISTS = {"north": "Dr Thistledown", "south": "Dr Marigold"}


def rows_of(slug):
    family, complaint = SECRETS[slug]
    clinic = ClinicFactory(slug=slug, name=f"{slug.title()} Foot Clinic")
    people = {
        role: MembershipFactory(user__name=f"{slug} {role}", clinic=clinic, role=role).user
        for role in Role.values
    }
    by = people["podiatrist"]
    patient = PatientFactory(clinic=clinic, family_name=family, created_by=by)
    case = CaseFactory(patient=patient, complaint=f"{complaint} heel", lead=by)
    specialist = SpecialistFactory(clinic=clinic, name=SPECIALISTS[slug])
    signed = _signed_visit(case, by)
    visit = VisitFactory(case=case)
    FindingFactory(visit=visit)
    letter = _letter(_referral(signed, by, specialist, "msk_triage", complaint), by)
    text, file = _replies(_referral(signed, by, specialist, "gp", complaint), by)
    return SimpleNamespace(
        clinic=clinic,
        people=people,
        patient=patient,
        other=PatientFactory(
            clinic=clinic, family_name=family, given_name="Zora", birth_date=None, created_by=by
        ),
        merge=_merge(clinic, family, by),
        case=case,
        signed=signed,
        screening=signed.screening,
        visit=visit,
        treatment=TreatmentFactory(visit=visit),
        prescribed=signed.treatments.get(target="Tight calf"),
        specialist=specialist,
        phrase=PhraseFactory(clinic=clinic, owner=by, text="Walking is fine."),
        saved_view=SavedView.objects.create(
            clinic=clinic, user=by, name=f"{slug} view", query="tile=to_sign"
        ),
        clinic_phrase=PhraseFactory(clinic=clinic, shortcut="ice"),
        referral=_referral(signed, by, specialist, "orthotics", complaint),
        letter=letter,
        print_run=_print_run(letter, by),
        **_dispatches(_letter(_referral(signed, by, specialist, "neurology", complaint), by), by),
        answered=text.referral,
        reply=text,
        reply_file=file,
        membership=clinic.memberships.get(user=by),
        user=by,
        attachment=_attachment(patient, case, by),
        closure=ClosureFactory(clinic=clinic),
        site=_sites(clinic)[0],
        wording_version=(wording_version := _wording(clinic, people["manager"])),
        wording=wording_version.template,
        access=AccessLog.objects.create(clinic=clinic, user=by, action="x", patients=[patient.pk]),
    )


def _sites(clinic):
    """Return two, so that a visit's page asks where it was."""
    return SiteFactory.create_batch(2, clinic=clinic)


def _print_run(letter, by):
    run = referrals.start_print_run(clinic=letter.clinic, by=by, referrals=[letter.referral])
    make_print_run(run_id=str(run.pk))
    return run


def _dispatches(letter, by):
    """Return one that may have been sent, one that was refused, and one that waits to be posted."""

    def dispatch(audience, channel, status):
        return DispatchFactory(
            letter=letter, audience=audience, channel=channel, status=status, recorded_by=by
        )

    return {
        "doubtful": dispatch("specialist", "email", "unsure"),
        "waiting": dispatch("gp", "post", "queued"),
        "refused": dispatch("gp", "email", "failed"),
    }


def _wording(clinic, by):
    """Return the first of two versions; the clinic has a logo too, and its podiatrist a signature."""
    Logo.objects.create(clinic=clinic, png=PNG, alt=clinic.name)
    SignatureImage.objects.create(user=clinic.memberships.get(role="podiatrist").user, png=PNG)
    say = partial(referrals.save_wording, clinic=clinic, by=by, kind="opening")
    first = say(text="Thank you for seeing {{ patient_name }}.", seen=0)
    say(text="Please see {{ patient_name }}.", seen=1)
    return first


def _attachment(patient, case, by):
    file = SimpleUploadedFile("ankle.jpg", jpeg((600, 400)))
    return actions.attach_file(patient=patient, by=by, file=file, title="Left ankle", case=case)


def _merge(clinic, family, by):
    """Return a merge of two more patients, who are like nobody else."""
    kept, merged = PatientFactory.create_batch(
        2, clinic=clinic, family_name=family, given_name="Xenophon", birth_date=None, created_by=by
    )
    seen = actions.mark_of_both(kept, merged)
    return actions.merge_patients(kept=kept, merged=merged, by=by, reason="One person", seen=seen)


def _signed_visit(case, by):
    visit = actions.start_visit(case=case, by=by)
    screen = [code for code, sign in load_catalogue().signs.items() if sign.screen]
    answers = {code: [actions.Answer(present=False)] for code in screen}
    actions.record_answers(visit=visit, by=by, answers=answers)
    TreatmentFactory(visit=visit, target="Tight calf", review_on=visit.seen_on)
    actions.add_exercises(visit=visit, by=by, codes=["towel_curl", "walking"])
    return actions.sign_visit(visit=visit, by=by, version=None)


def _referral(visit, by, specialist, destination, complaint):
    return referrals.start_referral(
        visit=visit,
        by=by,
        destination=destination,
        specialist=specialist,
        urgency="routine",
        question=f"What of the {complaint} heel?",
        told_patient="That a specialist will look at it.",
        consent_given=True,
    )


def _replies(referral, by):
    """Return two replies to a referral, one as text and one as a PDF."""
    _letter(referral, by)
    today = timezone.localdate()
    referrals.mark_sent(referral=referral, by=by, channel="by_hand", recipient="The GP", sent_on=today)
    said = {"referral": referral, "by": by, "received_on": today, "written_by": "Dr Lee"}
    file = SimpleUploadedFile("reply.pdf", pdf())
    text = f"The {referral.question} It comes from the back."
    return referrals.record_reply(text=text, **said), referrals.record_reply(file=file, **said)


def _letter(referral, by):
    return referrals.sign_letter(referral=referral, by=by, version=referral.version)


@contextmanager
def undone():
    """Undo in the database whatever the block does."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """The rows of both clinics, and `site.clients`: a signed-in client for every kind of person."""
    with django_db_blocker.unblock(), undone():
        north, south = rows_of("north"), rows_of("south")
        superuser = UserFactory(is_superuser=True, is_staff=True)
        ended = MembershipFactory(clinic=north.clinic, is_active=False).user
        disabled = MembershipFactory(clinic=north.clinic).user
        clients = {"anonymous": Client(), "superuser": _client(superuser)}
        clients |= {"ended": _client(ended), "disabled": _client(disabled)}
        clients |= {role: _client(user) for role, user in north.people.items()}
        clients |= {f"south {role}": _client(user) for role, user in south.people.items()}
        User.objects.filter(pk=disabled.pk).update(is_active=False)
        yield SimpleNamespace(north=north, south=south, clients=clients, superuser=superuser)


def _client(user):
    """Return a client whose session is past its first request, so that nothing more is saved in it."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    client.get("/healthz")
    return client


def fresh(client):
    """Return a client with the cookies of another, which stays as it is."""
    copied = Client(raise_request_exception=False)
    copied.cookies.load(client.cookies.output(header="", sep=";"))
    return copied


def argument(rows, page):
    """Return the keyword arguments of a page's address, for the rows of one clinic."""
    arguments = dict(page.extra) | {key: getattr(rows, row).pk for key, row in page.rows.items()}
    if page.of:
        arguments[page.key] = getattr(rows, page.of).pk
    elif page.key != "pk":
        arguments[page.key] = 1
    return arguments


def unknown(page, like):
    """Return the keyword arguments of an address that nobody has, of the same form as `like`."""
    arguments = dict(like)
    if page.of:
        is_number = isinstance(arguments[page.key], int)
        arguments[page.key] = 2_000_000_000 if is_number else uuid.uuid4()
    return arguments
