"""Load two invented clinics, to try the site on."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from clinic.models import User
from referrals import demo


class Command(BaseCommand):
    help = "Loads two invented clinics into an empty database and prints how to sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--logins",
            action="store_true",
            help="load nothing, only print how to sign in to a demo that is there",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("The demo is not loaded in production.")
        if not options["logins"]:
            if User.objects.exists():
                raise CommandError("The database is not empty, so the demo was not loaded.")
            demo.load()
        if logins := demo.logins():
            for email, role, clinic in logins:
                self.stdout.write(f"  {email:24} {role:12} {clinic}")
            self.stdout.write(f"  Password of each: {demo.PASSWORD}")
