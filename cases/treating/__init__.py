"""What speaks against a treatment, from the findings and from what its own form asks. Pure: no Django."""

from .checks import Because, Caution, Found, Planned, cautions
from .loading import FormCheckError, FormChecks, load_form_checks

__all__ = [
    "Because",
    "Caution",
    "FormCheckError",
    "FormChecks",
    "Found",
    "Planned",
    "cautions",
    "load_form_checks",
]
