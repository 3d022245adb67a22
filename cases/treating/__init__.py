"""What speaks against a treatment, from the findings and from what its own form asks. Pure: no Django."""

from .checks import Because, Caution, Found, Planned, cautions, is_asked_of
from .loading import FormCheckError, FormChecks, load_form_checks

__all__ = [
    "Because",
    "Caution",
    "FormCheckError",
    "FormChecks",
    "Found",
    "Planned",
    "cautions",
    "is_asked_of",
    "load_form_checks",
]
