"""Referral letters: from the record to a composed letter, and from that to a PDF."""
