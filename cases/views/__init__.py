"""Pages of patients, cases and visits."""
