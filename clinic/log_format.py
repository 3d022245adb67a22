"""Log lines without what patients' rows hold."""

import logging
import re
from types import TracebackType

# PostgreSQL adds "DETAIL:  Failing row contains (…)" to its errors: names, dates and all.
_DETAIL = re.compile(r"^(DETAIL|CONTEXT):.*$", re.MULTILINE)


class WithoutRows(logging.Formatter):
    """Leaves PostgreSQL's details out of tracebacks: they quote the row."""

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Return the traceback as text, its details left out."""
        return _DETAIL.sub(r"\1: left out", super().formatException(ei))
