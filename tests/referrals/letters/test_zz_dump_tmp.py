import pytest
from django.utils import timezone
@pytest.mark.django_db
def test_dump():
    from referrals import demo
    from cases.models import Visit
    from tests.factories import ReferralFactory
    from referrals.models import Referral, Specialist
    from referrals.suggest import suggested_fields
    from referrals.letters.record import record_of
    from referrals.letters.compose import compose, gaps, warnings
    from referrals.letters.pdf import render_pdf
    demo.load()
    for fam in ("Novak","Baker","李"):
        v=Visit.objects.get(case__patient__family_name=fam)
        f=suggested_fields(v)
        r=ReferralFactory(visit=v,consent_given=True,told_patient="What we suspect and what comes next.",target_on=timezone.localdate(),**f)
        l=compose(record_of(Referral.objects.get(pk=r.pk),at=timezone.now()))
        __import__('pathlib').Path(f'/tmp/d_{fam}.pdf').write_bytes(render_pdf(l,at=timezone.now()).pdf)
        print(fam,gaps(l),warnings(l))
