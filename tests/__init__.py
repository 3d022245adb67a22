"""The suite: it mirrors the three packages.

Importing it gives the run its own database before Django reads the settings.
"""

import os

import django

from clinic.embedded_postgres.testing import start_for_tests

start_for_tests()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
django.setup()
