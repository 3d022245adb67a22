"""What a clinic asks of its record. The modules register their reports when they are imported."""

from cases.reports import treatments

__all__ = ["treatments"]
