"""What a clinic counts of its referrals."""

from referrals.reports import activity, data_quality, today, turnaround

__all__ = ["activity", "data_quality", "today", "turnaround"]
