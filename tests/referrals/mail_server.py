"""A real mail server on loopback that does what a test asks of it, and keeps what it accepted."""

import asyncio
import socket
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Mailbox:
    """What the server does with a message, and the messages that it said yes to."""

    def __init__(self):
        self.accepted = []
        self.taken = []  # with those whose sender never heard the answer
        self.recipients = {}
        self.to_recipient = "250 OK"
        self.to_text = "250 OK"
        self.drops_before_text = False
        self.drops_after_text = False
        self.seconds = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.drops_before_text:
            server.transport.abort()
            return "250 OK"
        answer = self.recipients.get(address, self.to_recipient)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(message_from_bytes(envelope.original_content, policy=policy.default))
        if self.seconds:
            await asyncio.sleep(self.seconds)
        if self.drops_after_text:
            server.transport.abort()
            return "250 OK"
        if self.to_text.startswith("250"):
            self.accepted.append(self.taken[-1])
        return self.to_text


@contextmanager
def mail_server():
    """Run a mail server; yields its mailbox with its port."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    mailbox.port = controller.port
    try:
        yield mailbox
    finally:
        controller.stop()


def attachment(message):
    """Return the bytes of the one file that a message carries."""
    (part,) = message.iter_attachments()
    return part.get_content()
