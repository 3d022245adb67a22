"""The record, the clinic's phrases, and what the rules and the exercises are, in the admin."""

from cases.admin import catalogue, phrases, record  # noqa: F401
