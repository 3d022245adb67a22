"""Forms of patients, cases and visits. They validate; actions save."""
