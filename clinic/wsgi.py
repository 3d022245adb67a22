"""The WSGI entry point."""

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

application = get_wsgi_application()


def _settle() -> None:
    """Load the pages, and take what is loaded out of the garbage collection.

    It stays for good. Looked through with the rest, it would hold up every thirtieth page for 0.1 s.
    """
    from django.conf import settings

    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()


_settle()
