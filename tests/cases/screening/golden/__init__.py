"""Results kept for each version of the catalogue, to be the same for ever.

A file is written once, when its version is new, and never again:

    python -m tests.cases.screening.golden 2026.12.0
"""
