"""What a clinic counts of its referrals."""

from referrals.reports import today, turnaround

__all__ = ["today", "turnaround"]
