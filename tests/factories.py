"""One factory a model. Each makes the least valid row of one clinic."""

import datetime

import factory
from factory.django import DjangoModelFactory

from cases.models import Case, Finding, Patient, Phrase, Treatment, Visit
from clinic.models import Clinic, Membership, Role, User
from referrals.models import Referral, Specialist

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
