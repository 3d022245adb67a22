"""The directory, the wording, and referrals with what was sent and answered, in the admin."""

from referrals.admin import directory, record, wording  # noqa: F401
