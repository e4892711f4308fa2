"""Starts the portal with its demo and saves every page that each kind of reader can reach, and the calendar files.

Usage: audit_pages.py FOLDER, with DATA_DIR and PORT set. Follows links within the site; sends no form but the login.
"""

import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import deque
from pathlib import Path

SITE = f"http://localhost:{os.environ['PORT']}"
READERS = {"stranger": "", "member": "member@example.org", "coordinator": "coordinator@example.org"}
PAGES_PER_READER = 150
# One page of each kind is enough: ids, slugs, and the tails of the admin's filters.
VARIABLE_PART = re.compile(r"\d+")
SKIPPED = re.compile(r"logout|/static/|jsi18n|/r/")


class Reader:
    """Somebody with a cookie jar."""

    def __init__(self, email: str) -> None:
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        if email:
            self.sign_in(email)

    def get(self, path: str) -> tuple[str, str]:
        """The media type and the text of an answer, of whatever status."""
        try:
            with self.browser.open(SITE + path, timeout=30) as answer:
                return answer.headers.get_content_type(), answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.headers.get_content_type(), answer.read().decode()

    def sign_in(self, email: str) -> None:
        """Send the login form as a browser does."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get("/accounts/login/")[1])
        password = Path(os.environ["DATA_DIR"], "demo_password").read_text(encoding="ascii")
        fields = {"csrfmiddlewaretoken": token[1] if token else "", "login": email, "password": password}
        request = urllib.request.Request(f"{SITE}/accounts/login/", urllib.parse.urlencode(fields).encode())  # noqa: S310 - our own address
        request.add_header("Referer", f"{SITE}/accounts/login/")
        with self.browser.open(request, timeout=30) as answer:
            if "/accounts/login/" in answer.url:
                sys.exit(f"{email} could not sign in.")


def links(page: str, base: str) -> list[str]:
    """The paths on this site that a page links to."""
    found = []
    for href in re.findall(r'<a\b[^>]*\shref="([^"#]+)', page):
        url = urllib.parse.urlsplit(urllib.parse.urljoin(SITE + base, href.replace("&amp;", "&")))
        if f"{url.scheme}://{url.netloc}" == SITE and not SKIPPED.search(url.path):
            found.append(url.path + (f"?{url.query}" if url.query else ""))
    return found


def kind_of(path: str) -> str:
    """What makes two paths the same page with other content."""
    plain = VARIABLE_PART.sub("N", path.partition("?")[0])
    has_query = "?" if "?" in path else ""
    return re.sub(r"^(/(?:events|topics|groups)/)[^/]+/", r"\1SLUG/", plain) + has_query


def save_pages(name: str, reader: Reader, folder: Path) -> int:
    """Walk from the start page, the desk and a missing page; save what comes; returns how many."""
    waiting = deque(["/", "/events/", "/dashboard/", "/admin/", "/missing/"])
    seen: set[str] = set()
    while waiting and len(seen) < PAGES_PER_READER:
        path = waiting.popleft()
        # All event pages are kept: their states differ most.
        kind = path if re.fullmatch(r"/events/[^/?]+/(event\.ics)?", path) else kind_of(path)
        if kind in seen:
            continue
        seen.add(kind)
        media_type, text = reader.get(path)
        ending = {"text/html": "html", "text/calendar": "ics"}.get(media_type)
        if ending:
            file = folder / name / f"{re.sub(r'[^a-z0-9]+', '-', kind.lower()).strip('-') or 'home'}.{ending}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")
        waiting.extend(links(text, path) if ending == "html" else [])
    return len(seen)


def wait_until_up(portal: subprocess.Popen[bytes]) -> None:
    """Return once the web process answers."""
    while portal.poll() is None:
        try:
            urllib.request.urlopen(f"{SITE}/healthz", timeout=5).close()  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.5)
        else:
            return
    sys.exit("The portal did not start.")


def main() -> None:
    """Start, walk, end."""
    folder = Path(sys.argv[1])
    portal = subprocess.Popen(
        [sys.executable, "manage.py", "run"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until_up(portal)
        for name, email in READERS.items():
            print(f"{name}: {save_pages(name, Reader(email), folder)} pages")  # noqa: T201 - a script's answer
    finally:
        portal.send_signal(signal.SIGINT)
        portal.wait()


if __name__ == "__main__":
    main()
