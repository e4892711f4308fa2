"""A real SMTP server for tests, misbehaving by the recipient's local part."""

import asyncio
import contextlib
import email
import email.policy
import random
import socket
from dataclasses import dataclass

from aiosmtpd.controller import Controller

_chance = random.SystemRandom()  # the seeded one would give every test worker the same ports

REFUSALS = {
    "nobody": "550 5.1.1 No such user",
    "full": "452 4.2.2 Mailbox full",
    "later": "451 4.7.1 Greylisted, try later",
    "strange": "499 4.9.9 Unheard of",
    "outside": "530 5.7.1 Authentication required to relay",
    "rude": "550 5.1.1 No\x00such\x1b user",
}


@dataclass
class Received:
    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def message(self):
        return email.message_from_bytes(self.raw, policy=email.policy.default)


class MailBox:
    """What aiosmtpd asks about each mail; keeps what it took."""

    def __init__(self):
        self.received = []
        self.delay = 0.0  # seconds each mail takes
        self.wants_a_password = False

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802  aiosmtpd's name
        if self.wants_a_password:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  aiosmtpd's name
        refusal = REFUSALS.get(address.partition("@")[0])
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        await asyncio.sleep(self.delay)
        if envelope.rcpt_tos[0].startswith("guarded"):
            return "530 5.7.1 Authentication required to relay"
        self.received.append(Received(envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content))
        if envelope.rcpt_tos[0].startswith("drop"):
            server.transport.abort()
        if envelope.rcpt_tos[0].startswith("mute"):
            server.transport.write(b"\r\n")  # an answer without number or words, before the one below
        odd = "\x00\x07" if envelope.rcpt_tos[0].startswith("odd") else ""
        return f"250 2.0.0 Taken{odd} as number {len(self.received)}"


class MailServer(Controller):
    """Listens on a free port of the loopback; ``received`` holds what was taken, byte for byte."""

    def __init__(self, box=None, port=None):
        self.box = box or MailBox()
        super().__init__(self.box, hostname="127.0.0.1", port=port or free_port(), data_size_limit=10_000_000)

    @property
    def received(self):
        return self.box.received

    @property
    def options(self):
        """OPTIONS of a MAILERS entry that sends here."""
        return {"host": self.hostname, "port": self.port, "timeout": 5}


@contextlib.contextmanager
def mail_server():
    server = MailServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def free_port():
    """A port nobody listens on, below those that the system hands to clients: a moment later it is still free."""
    while True:
        port = _chance.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
