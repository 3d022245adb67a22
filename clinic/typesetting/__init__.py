"""Typesetting: any text, in any script, as an archival and accessible PDF."""

from .pdf import Typeset, typeset

__all__ = ["Typeset", "typeset"]
