"""What a clinic counts of its referrals."""

from referrals.reports import data_quality, today, turnaround

__all__ = ["data_quality", "today", "turnaround"]
