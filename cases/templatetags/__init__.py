"""Template filters for the clinical words."""
