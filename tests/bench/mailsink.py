"""An SMTP server in a process of its own that takes every mail and keeps none."""

import contextlib
import multiprocessing
import socket
import time

from aiosmtpd.controller import Controller

from tests.servers import free_port

PATIENCE_SECONDS = 30


class _Handler:
    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        return "250 2.0.0 Taken"


@contextlib.contextmanager
def mail_sink():
    """Give the port it listens on."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(port,), daemon=True)
    process.start()
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.join()


def _serve(port):
    Controller(_Handler(), hostname="127.0.0.1", port=port, data_size_limit=10_000_000).start()
    while True:
        time.sleep(60)


def _wait_for(port):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        assert time.monotonic() < deadline, "the mail server does not answer"
        time.sleep(0.1)
