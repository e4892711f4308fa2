"""Somebody with a browser: cookies, and forms sent with the token of their page."""

import http.client
import re
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
TIMEOUT_SECONDS = 70


class NoAnswer(Exception):
    """The connection was refused or ended without an answer: nobody knows what became of the request."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict
    content: bytes
    seconds: float

    @property
    def text(self):
        return self.content.decode(errors="replace")

    @property
    def is_yes(self):
        """Whether a sent form was taken: what is refused comes back with 200, a lost session leads to the login."""
        return self.status == 302 and not self.is_signed_out

    @property
    def is_signed_out(self):
        return self.headers.get("location", "").startswith("/accounts/login/")

    def hidden(self):
        """The hidden fields of the page's forms."""
        return {name: unescape(value) for name, value in _HIDDEN.findall(self.text)}


class Seen:
    """What all visitors together got to see."""

    def __init__(self):
        self._lock = threading.Lock()
        self.statuses = Counter()
        self.wrong = []  # what must never be seen
        self.unanswered = Counter()  # refused, or cut after the portal had read the request
        self.slowest = 0.0

    def note(self, method, path, answer):
        with self._lock:
            self.statuses[answer.status] += 1
            self.slowest = max(self.slowest, answer.seconds)
            if answer.status >= 500 and not (answer.status == 503 and "retry-after" in answer.headers):
                self.wrong.append(f"{answer.status} for {method} {path} without Retry-After")
            if answer.status == 400:
                self.wrong.append(f"400 for {method} {path}")
            if answer.is_signed_out:
                self.wrong.append(f"signed out at {method} {path}")

    def note_silence(self, fault):
        """The kernel resets a connection with unread data; one that was read and then closed ends without a reset."""
        was_read = isinstance(fault, http.client.HTTPException | TimeoutError)
        with self._lock:
            self.unanswered["cut" if was_read else "refused"] += 1


class Visitor:
    """``get`` and ``post`` return an Answer, redirects are not followed; they raise NoAnswer."""

    def __init__(self, port, seen):
        self._port = port
        self._seen = seen
        self._cookies = {}

    def get(self, path):
        return self._ask("GET", path)

    def post(self, path, fields, *, page=None):
        """Send a form: with the hidden fields of ``page``, or with the token from the cookie alone."""
        sent = dict(page.hidden()) if page else {"csrfmiddlewaretoken": self._cookies.get("csrf", "")}
        body = urlencode({**sent, **fields}, doseq=True)
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def send_file(self, path, field, name, content):
        """Send a form with one file, of whatever kind."""
        mark = secrets.token_hex(16)
        lines = [
            f'--{mark}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n',
            self._cookies.get("csrf", ""),
            f'--{mark}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n',
        ]
        body = "\r\n".join([*lines, ""]).encode() + content + f"\r\n--{mark}--\r\n".encode()
        return self._ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={mark}"})

    def log_in(self, address, password):
        """By the form, as everybody does."""
        page = self.get("/accounts/login/")
        answer = self.post("/accounts/login/", {"login": address, "password": password}, page=page)
        assert answer.status == 302, f"{address} can not log in: {answer.status}"

    def copy(self):
        """The same person in another tab."""
        other = Visitor(self._port, self._seen)
        other._cookies = dict(self._cookies)
        return other

    def _ask(self, method, path, body=None, headers=None):
        started_at = time.monotonic()
        response, content = self._exchange(method, path, body, headers or {})
        seconds = time.monotonic() - started_at
        headers = {name.lower(): value for name, value in response.getheaders()}
        answer = Answer(response.status, headers, content, seconds)
        for line in response.headers.get_all("Set-Cookie") or ():
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        self._seen.note(method, path, answer)
        return answer

    def _exchange(self, method, path, body, headers):
        """On a connection of its own, as a reverse proxy asks: one that is refused or reset was never read."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, path, body, {"Cookie": cookies, "Connection": "close", **headers})
            response = connection.getresponse()
            return response, response.read()
        except (OSError, http.client.HTTPException) as fault:
            self._seen.note_silence(fault)
            raise NoAnswer(f"{method} {path}: {fault!r}") from fault
        finally:
            connection.close()
