"""What a browser sends is written straight beside the attachments, never to a directory that others share."""

import io
from contextlib import suppress
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from cases.attachments.checking import FileRefused
from cases.attachments.storage import directory


class SpooledUpload(UploadedFile):
    """One file of a form. `problem` is why it is not here whole: FileRefused, or the disk's OSError."""

    problem: Exception | None = None


class SpoolHandler(FileUploadHandler):
    """Writes each file as far as the limit. What goes wrong waits in `problem` for the form to say it.

    Django would answer with an error page, and the form would be lost.
    """

    spool: IO[bytes]
    problem: Exception | None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.problem = None
        try:
            # It has no name, so that it is gone with the request whatever becomes of our process.
            self.spool = TemporaryFile(dir=directory())  # noqa: SIM115 - the request closes it
        except OSError as error:
            self._give_up(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.problem:
            return
        if start + len(raw_data) > settings.ATTACHMENT_MAX_BYTES:
            self._give_up(FileRefused("too_large"))
            return
        try:
            self.spool.write(raw_data)
        except OSError as error:
            self._give_up(error)

    def file_complete(self, file_size: int) -> SpooledUpload:
        try:
            self.spool.seek(0)
        except OSError as error:
            self._give_up(error)
        upload = SpooledUpload(
            self.spool, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra
        )
        upload.problem = self.problem
        return upload

    def upload_interrupted(self) -> None:
        self._give_up(None)

    def _give_up(self, problem: Exception | None) -> None:
        self.problem = problem
        if hasattr(self, "spool"):
            with suppress(OSError):  # it may hold bytes that the disk does not take
                self.spool.close()
        self.spool = io.BytesIO()
