"""The reports on referrals. Each module registers its own."""

from referrals.reports import activity, data_quality, origins, red_flags, today, turnaround

__all__ = ["activity", "data_quality", "origins", "red_flags", "today", "turnaround"]
