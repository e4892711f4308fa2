"""gunicorn as the portal starts it, alone, and one browser of a signed-in member that keeps its connection."""

import contextlib
import http.client
import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

from tests.servers import free_port

PATIENCE_SECONDS = 60
# gunicorn closes a connection that was silent for five.
SILENT_SECONDS = 3


@contextlib.contextmanager
def web_server(settings="tests.bench.settings", threads=1):
    """Start gunicorn on a free port on the data folder of this process; give the server; end it.

    One thread, so that none of the cost is threads waiting for each other.
    """
    port = free_port()
    variables = os.environ | {"PORT": str(port), "DJANGO_SETTINGS_MODULE": settings}
    command = [sys.executable, "-m", "gunicorn", "--config", "python:cmmportal.webserver", "--threads", str(threads)]
    process = subprocess.Popen([*command, "cmmportal.wsgi"], env=variables)
    try:
        _wait_for(port)
        yield WebServer(process.pid, port)
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


class WebServer:
    """A gunicorn that answers: its port and its one worker process."""

    def __init__(self, master, port):
        self.port = port
        [self.worker] = map(int, Path(f"/proc/{master}/task/{master}/children").read_text().split())

    def cpu_seconds(self):
        """What the worker has computed so far, user and system, in all its threads."""
        # The kernel's CPU clock of another process (clock_getcpuclockid(3)); /proc/PID/stat counts in hundredths.
        return time.clock_gettime((~self.worker << 3) | 2)


class Browser:
    """One kept connection, the cookies, and the sign-in form; no compression, which costs every page the same."""

    def __init__(self, port, login, password):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        self.cookies = {}
        self.used_at = time.monotonic()
        form = self.ask("/accounts/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1].decode()
        self.ask("/accounts/login/", {"csrfmiddlewaretoken": token, "login": login, "password": password}, status=302)

    def ask(self, path, fields=None, status=200):
        """Return the body of the answer, which must have this status."""
        if time.monotonic() - self.used_at > SILENT_SECONDS:
            self.connection.close()  # The next request opens it again.
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("GET" if fields is None else "POST", path, urlencode(fields or {}), headers)
        answer = self.connection.getresponse()
        body = answer.read()
        self.used_at = time.monotonic()
        assert answer.status == status, f"{path}: {answer.status}"
        for cookie in answer.msg.get_all("Set-Cookie", []):
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return body


def _wait_for(port):
    """Wait for an answer: the port is open before there is a worker."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE_SECONDS):
                return
        except OSError:
            assert time.monotonic() < deadline, "gunicorn does not answer"
            time.sleep(0.1)
