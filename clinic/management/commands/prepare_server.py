"""Makes the database and the static files what this version of the code needs. Quick when they are."""

import hashlib
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from clinic.management.commands.grant_web_role import grant_if_other_role
from clinic.models import User
from clinic.progress import step


class Command(BaseCommand):
    """Run as the owner, by the server before it starts its processes."""

    help = "Migrates, grants rights, collects static files, fills an empty database with the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        migrate()
        grant_if_other_role(settings.WEB_DATABASE_ROLE)
        collect_static_files()
        make_attachments_directory()
        if not settings.IS_PRODUCTION:
            load_demo_clinics()


def migrate() -> None:
    """Apply the migrations that are missing; each one is applied whole or not at all."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        with step(f"Migrating the database ({len(plan)} to apply)"):
            call_command("migrate", verbosity=0, interactive=False)


def collect_static_files() -> None:
    """Collect and compress the static files unless those in place are from the same sources."""
    marker = Path(str(settings.STATIC_ROOT)) / ".fingerprint"
    fingerprint = static_fingerprint()
    if marker.exists() and marker.read_text() == fingerprint:
        return
    with step("Collecting static files"):
        marker.unlink(missing_ok=True)
        call_command("collectstatic", verbosity=0, interactive=False)
        marker.write_text(fingerprint)


def make_attachments_directory() -> None:
    """Make the directory of attached files, which only this user may enter."""
    Path(settings.ATTACHMENTS_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)


def static_fingerprint() -> str:
    """Return a hash that changes when a static file of ours or the set of packages does."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    for directory in map(str, settings.STATICFILES_DIRS):
        for path in sorted(Path(directory).rglob("*")):
            if path.is_file():
                digest.update(os.fsencode(path) + path.read_bytes())
    return digest.hexdigest()


def load_demo_clinics() -> None:
    """Fill a database that nobody has an account in, and say how to sign in to the demo if it is there."""
    if User.objects.exists():
        call_command("load_demo", logins=True)
        return
    with step("Loading the demo clinics"):
        call_command("load_demo")
