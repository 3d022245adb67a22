"""Pages of referrals, letters and specialists."""
