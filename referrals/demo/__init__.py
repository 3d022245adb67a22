"""The people of the demo: two clinics, so that the boundary between them is always there.

All names are invented. Everything is made through the same actions as the pages use.
"""

from clinic.models import Membership

from .clinics import CLINICS, PASSWORD, email_of, open_clinic
from .long_story import tell_long_story
from .on_the_way import tell_ways
from .stories import AIRE, SOLENT
from .telling import tell
from .twice import register_twice

__all__ = ["PASSWORD", "load", "logins"]


def load() -> None:
    """Make both clinics with their people and patients."""
    for fields in CLINICS:
        clinic, people = open_clinic(fields)
        for story in AIRE if clinic.slug == "aire" else SOLENT:
            tell(clinic, people[0], story)
        if clinic.slug == "aire":
            tell_long_story(clinic, people[0])
            register_twice(clinic, people[2])
            tell_ways(clinic, people[0], people[2])


def logins() -> list[tuple[str, str, str]]:
    """Return (e-mail, role, clinic) of each demo account, or nothing where the demo cannot be entered."""
    emails = [email_of(name, fields["slug"]) for fields in CLINICS for name, _, _ in fields["people"]]
    memberships = Membership.objects.active().filter(user__email__in=emails).select_related("user", "clinic")
    by_email = {membership.user.email: membership for membership in memberships}
    if emails[0] not in by_email or not by_email[emails[0]].user.check_password(PASSWORD):
        return []
    found = [by_email[email] for email in emails if email in by_email]
    return [(m.user.email, str(m.get_role_display()), m.clinic.name) for m in found]
