"""One factory a model. Each makes the least valid row of one clinic."""

import datetime
import uuid

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from cases.models import (
    Activity,
    Attachment,
    BlockOverride,
    Case,
    Finding,
    OutcomeScore,
    Patient,
    PatientMerge,
    Phrase,
    Treatment,
    TreatmentReview,
    Visit,
)
from clinic.models import Clinic, Closure, Membership, Role, Site, User
from referrals.models import Dispatch, Referral, Specialist, Step
from referrals.workflow import path_to

PASSWORD = "quiet-harbour-42"


class ClinicFactory(DjangoModelFactory[Clinic]):
    class Meta:
        model = Clinic

    slug = factory.Sequence(lambda n: f"clinic-{n}")
    name = factory.LazyAttribute(lambda clinic: clinic.slug.replace("-", " ").title())
    address = "1 High Street\nLeeds LS1 1AA"
    phone = "0113 496 0000"
    email = factory.LazyAttribute(lambda clinic: f"{clinic.slug}@example.org")


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"User {n}")
    email = factory.Sequence(lambda n: f"user-{n}@example.org")
    profession = "Podiatrist"
    registration_number = "HCPC CH00001"
    password = factory.django.Password(PASSWORD)


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    clinic = factory.SubFactory(ClinicFactory)
    role = Role.PODIATRIST


class PatientFactory(DjangoModelFactory[Patient]):
    class Meta:
        model = Patient

    clinic = factory.SubFactory(ClinicFactory)
    record_number = factory.Sequence(lambda n: f"{n + 1:06d}")
    family_name = "Novak"
    given_name = "Anna"
    title = "Ms"
    birth_date = datetime.date(1965, 5, 17)
    sex = "female"
    created_by = factory.SubFactory(UserFactory)


class CaseFactory(DjangoModelFactory[Case]):
    class Meta:
        model = Case

    clinic = factory.SelfAttribute("patient.clinic")
    patient = factory.SubFactory(PatientFactory)
    complaint = "Pain under the left heel"
    side = "left"
    lead = factory.SelfAttribute("patient.created_by")
    opened_by = factory.SelfAttribute("lead")


class VisitFactory(DjangoModelFactory[Visit]):
    class Meta:
        model = Visit

    clinic = factory.SelfAttribute("case.clinic")
    case = factory.SubFactory(CaseFactory)
    kind = "initial"
    seen_on = factory.LazyFunction(datetime.date.today)
    created_by = factory.SelfAttribute("case.lead")


class FindingFactory(DjangoModelFactory[Finding]):
    class Meta:
        model = Finding

    visit = factory.SubFactory(VisitFactory)
    sign = "foot_pain"
    present = True


class TreatmentFactory(DjangoModelFactory[Treatment]):
    class Meta:
        model = Treatment

    visit = factory.SubFactory(VisitFactory)
    case = factory.SelfAttribute("visit.case")
    clinic = factory.SelfAttribute("visit.clinic")
    kind = "rest"
    target = "Heel pain"
    start_on = factory.SelfAttribute("visit.seen_on")
    prescribed_by = factory.SelfAttribute("visit.created_by")


class BlockOverrideFactory(DjangoModelFactory[BlockOverride]):
    class Meta:
        model = BlockOverride

    treatment = factory.SubFactory(TreatmentFactory)
    check_id = "rest_bed_rest"
    catalogue_version = "2026.12.0"
    block = "Bed rest beyond 2 days does not help back pain or sciatica: advise staying active."
    source = "NG59, Dahm10"
    reason = "Terminal illness"
    given_by = factory.SelfAttribute("treatment.prescribed_by")


class TreatmentReviewFactory(DjangoModelFactory[TreatmentReview]):
    class Meta:
        model = TreatmentReview

    treatment = factory.SubFactory(TreatmentFactory)
    reviewed_on = factory.LazyFunction(datetime.date.today)
    response = "better"
    reviewed_by = factory.SelfAttribute("treatment.prescribed_by")


class ActivityFactory(DjangoModelFactory[Activity]):
    class Meta:
        model = Activity

    case = factory.SubFactory(CaseFactory)
    text = factory.Sequence(lambda n: f"Climbing stairs {n}")
    added_by = factory.SelfAttribute("case.lead")


class OutcomeScoreFactory(DjangoModelFactory[OutcomeScore]):
    class Meta:
        model = OutcomeScore

    visit = factory.SubFactory(VisitFactory)
    measure = "nrs"
    scale = "foot_worst"
    value = 5


class AttachmentFactory(DjangoModelFactory[Attachment]):
    """A row; the file itself is made by the tests that read it."""

    class Meta:
        model = Attachment

    patient = factory.SubFactory(PatientFactory)
    clinic = factory.SelfAttribute("patient.clinic")
    title = "X-ray of the left foot"
    kind = "imaging"
    original_name = "scan.pdf"
    stored_name = factory.LazyFunction(lambda: f"{uuid.uuid4()}.pdf")
    content_type = "application/pdf"
    size = 1
    sha256 = "0" * 64
    uploaded_by = factory.SelfAttribute("patient.created_by")


class PatientMergeFactory(DjangoModelFactory[PatientMerge]):
    class Meta:
        model = PatientMerge

    kept = factory.SubFactory(PatientFactory)
    clinic = factory.SelfAttribute("kept.clinic")
    merged = factory.SubFactory(PatientFactory, clinic=factory.SelfAttribute("..clinic"))
    reason = "Same national number"
    merged_by = factory.SelfAttribute("kept.created_by")


class PhraseFactory(DjangoModelFactory[Phrase]):
    class Meta:
        model = Phrase

    clinic = factory.SubFactory(ClinicFactory)
    shortcut = "rest"
    text = "Relative rest for two weeks; walking is fine."


class SpecialistFactory(DjangoModelFactory[Specialist]):
    class Meta:
        model = Specialist

    clinic = factory.SubFactory(ClinicFactory)
    name = "Dr Priya Shah"
    organisation = "Leeds Spinal Unit"
    destination = "msk_triage"
    address = "2 Infirmary Road\nLeeds LS2 2BB"


class ReferralFactory(DjangoModelFactory[Referral]):
    class Meta:
        model = Referral
        skip_postgeneration_save = True

    visit = factory.SubFactory(VisitFactory)
    case = factory.SelfAttribute("visit.case")
    clinic = factory.SelfAttribute("visit.clinic")
    destination = "msk_triage"
    urgency = "soon"
    question = "Is imaging or a surgical opinion needed?"
    owner = factory.SelfAttribute("visit.created_by")
    created_by = factory.SelfAttribute("visit.created_by")
    next_action = "Write and sign the letter"
    next_action_on = factory.SelfAttribute("visit.seen_on")

    @factory.post_generation
    def steps(referral, create, extracted, **kwargs):
        """The shortest way to its state, as if it had been gone today."""
        before = ""
        for number, state in enumerate(path_to(referral.state), start=1):
            Step.objects.create(
                clinic=referral.clinic,
                referral=referral,
                number=number,
                from_state=before,
                to_state=state,
                happened_on=timezone.localdate(),
                recorded_by=referral.created_by,
            )
            before = state


class ClosureFactory(DjangoModelFactory[Closure]):
    class Meta:
        model = Closure

    clinic = factory.SubFactory(ClinicFactory)
    on = factory.Sequence(lambda n: datetime.date(2027, 1, 1) + datetime.timedelta(days=n))
    name = "Bank holiday"


class SiteFactory(DjangoModelFactory[Site]):
    class Meta:
        model = Site

    clinic = factory.SubFactory(ClinicFactory)
    name = factory.Sequence(lambda n: f"Site {n}")


class DispatchFactory(DjangoModelFactory[Dispatch]):
    """A row about a signed letter; no job goes with it."""

    class Meta:
        model = Dispatch

    clinic = factory.SelfAttribute("letter.clinic")
    channel = "email"
    recipient = "Dr Priya Shah"
    email = factory.Maybe("is_email", "spine@leeds.example", "")
    status = "queued"
    sha256 = factory.SelfAttribute("letter.file.sha256")

    class Params:
        is_email = factory.LazyAttribute(lambda dispatch: dispatch.channel == "email")
