"""An SMTP server that misbehaves on command, at run time, and keeps every message it took with its bytes."""

import asyncio
import re
from collections import Counter

from aiosmtpd.smtp import SMTP

from tests.servers import MailBox, MailServer, free_port

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.MULTILINE | re.IGNORECASE)
_LOOK_EVERY = 0.05  # seconds
_NONE_OTHER = "ok"
REFUSED = {"4xx": "451 4.3.0 Come back later", "5xx": "550 5.1.1 No such user"}


class MoodyBox(MailBox):
    """``mood``: ok, 4xx, 5xx, greylist, silent (no greeting), hang (no answer to the content), slow, drop (takes the
    content and goes). ``refused``: addresses that never get in.
    """

    def __init__(self):
        super().__init__()
        self.mood = _NONE_OTHER
        self.refused = set()
        self.greeted = set()
        self.commands = Counter()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  aiosmtpd's name
        self.commands["RCPT"] += 1
        if self.mood in REFUSED or address in self.refused:
            return REFUSED.get(self.mood, REFUSED["5xx"])
        if self.mood == "greylist" and address not in self.greeted:
            self.greeted.add(address)
            return "451 4.7.1 Greylisted, try later"
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        await self.while_in("hang")
        if self.mood == "slow":
            await asyncio.sleep(5)
        answer = await super().handle_DATA(server, session, envelope)
        if self.mood == "drop":
            server.transport.abort()
        return answer

    async def while_in(self, mood):
        """Do nothing as long as the server is in this mood."""
        while self.mood == mood:
            await asyncio.sleep(_LOOK_EVERY)


class _SilentSMTP(SMTP):
    """Takes a connection and says nothing while silent."""

    async def _handle_client(self):
        await self.event_handler.while_in("silent")
        await super()._handle_client()


class _Listener(MailServer):
    def factory(self):
        return _SilentSMTP(self.handler, data_size_limit=10_000_000, hostname="mail.test", timeout=120)


class MoodyServer:
    """The server with its mailbox, which outlives its going ``down`` and coming ``up`` again on the same port."""

    def __init__(self):
        self.box = MoodyBox()
        self.port = free_port()
        self._listener = None
        self.up()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def up(self):
        self._listener = _Listener(self.box, self.port)
        self._listener.start()

    def down(self):
        if self._listener is not None:
            self.box.mood = _NONE_OTHER  # who waits in a mood goes on first
            self._listener.stop()
            self._listener = None

    def become(self, mood):
        self.box.mood = mood

    @property
    def count(self):
        return len(self.box.received)

    def copies(self):
        """{Message-ID: how often it was taken}."""
        return Counter(message_id(received.raw) for received in list(self.box.received))

    def differing(self):
        """The Message-IDs under which unlike bytes came: not a second copy but a second mail."""
        contents = {}
        for received in list(self.box.received):
            contents.setdefault(message_id(received.raw), set()).add(received.raw)
        return sorted(identity for identity, bodies in contents.items() if len(bodies) > 1)

    def mails_to(self, address):
        """{Message-ID: subject} of what came for one address."""
        received = [got for got in list(self.box.received) if got.recipients == [address]]
        return {message_id(got.raw): str(got.message["Subject"]) for got in received}


def message_id(raw):
    found = _MESSAGE_ID.search(raw)
    return found[1].decode() if found else ""
