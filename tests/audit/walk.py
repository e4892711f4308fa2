"""Every page that a reader can reach, saved: all addresses of the table of pages, and one of each kind they lead to;
and the pages for what cannot be answered.
"""

import re
import urllib.error
import urllib.request
from collections import deque
from http.cookiejar import Cookie, CookieJar
from urllib.parse import urlencode, urljoin, urlsplit

from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import resolve
from lxml import html

from tests.errorpages import error_pages
from tests.face.table import COORDINATOR, MEMBER, PAGES, PORTAL, SECURED, STRANGER

# Those who follow every link. The others of the table are on a page of their own, or in the middle of a form.
WALKING = (STRANGER, MEMBER, COORDINATOR, SECURED)
READERS = tuple(dict.fromkeys([*WALKING, *(page.reader for page in PAGES)]))

ENDINGS = {"text/html": "html", "text/calendar": "ics"}
# All of these are kept, for events differ most in their states; of other pages one of each kind is enough.
ALL_KEPT = {"events:detail", "events:calendar"}
SKIPPED = re.compile(r"/static/|/jsi18n/|/r/\d")


class Reader:
    """Somebody with a cookie jar; ``session``: of one who is signed in, in the cookie of that name."""

    def __init__(self, base, cookie, session):
        self.base = base
        cookies = CookieJar()
        if session:
            cookies.set_cookie(_cookie(base, cookie, session))
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))

    def get(self, path, form=None):
        """Open a page, or send it a form; returns status, path where it led, ending, and the text if it is one."""
        request = urllib.request.Request(self.base + path, form and urlencode(form).encode())
        request.add_header("Referer", self.base + path)
        try:
            answer = self.browser.open(request, timeout=30)
        except urllib.error.HTTPError as refusal:
            answer = refusal
        with answer:
            ending = ENDINGS.get(answer.headers.get_content_type())
            here = answer.url.removeprefix(self.base)
            return answer.status, here, ending, answer.read().decode() if ending else ""

    def open(self, page, seeds):
        """Open a page of the table, by way of the forms before it."""
        found = self.get(page.at(seeds))
        for fields in page.forms:
            form = _form_in(found[3], page.action)
            filled = {name: seeds.get(value.strip("<>"), value) for name, value in fields.items()}
            found = self.get(form.get("action") or found[1], {**dict(form.form_values()), **_pressed(form), **filled})
        return found


def _cookie(base, name, value):
    """A cookie as the portal would have set it; a host without a dot has one for the jar."""
    host = urlsplit(base).hostname
    domain = host if "." in host else f"{host}.local"
    return Cookie(0, name, value, None, False, domain, False, False, "/", True, False, None, True, None, None, {})


def _form_in(text, action):
    forms = html.fromstring(text).xpath("//main//form")
    return next(form for form in forms if (form.get("action") or "").endswith(action))


def _pressed(form):
    """What the form's first button adds."""
    button = form.xpath(".//button[@type='submit']")[0]
    return {button.get("name"): button.get("value", "")} if button.get("name") else {}


def rows_of(name):
    """The rows of the table that ``name`` opens: their own; who walks, those of the portal too that others open."""
    others = PORTAL if name in WALKING else []
    return [page for page in PAGES if page.reader == name or (page in others and not page.forms)]


def save_pages(name, base, seeds, folder):
    """Save what ``name`` reaches, the admin's screens apart; returns how many. Sends no form but those of the table."""
    walk = Walk(name, base, folder)
    reader = Reader(base, seeds["cookie"], seeds["sessions"].get(name))
    for page in rows_of(name):
        found = reader.open(page, seeds)
        walk.keep(found[1] if page.forms else page.at(seeds), *found)
    while name in WALKING and (path := walk.next()):
        walk.keep(path, *reader.get(path))
    return len(walk.saved)


def save_error_pages(folder):
    """Save the pages for what cannot be answered, as a stranger gets them; returns how many. The portal is not asked:
    for most of them it would have to fail.
    """
    request = RequestFactory(SERVER_NAME="localhost").get("/")
    request.user, request.session = AnonymousUser(), {}
    pages = error_pages(request)
    there = folder / "portal" / "errors"
    there.mkdir(parents=True)
    for status, page in pages.items():
        (there / f"{status}.html").write_text(page.text, encoding="utf-8", newline="")
    return len(pages)


class Walk:
    """What one reader has seen, and where links lead yet."""

    def __init__(self, name, base, folder):
        self.base = base
        self.parts = {part: folder / part / name for part in ("portal", "admin")}
        self.waiting, self.seen, self.saved = deque(), set(), set()
        for part in self.parts.values():
            part.mkdir(parents=True)

    def keep(self, asked, status, path, ending, text):
        """Save an answer, unless it is one more refusal, or a page that others led to."""
        self.seen.add(kind_of(path))
        where = urlsplit(path).path if status == 200 else ""
        key = path if (status, path) == (200, asked) else f"{status} {where}"
        if not ending or key in self.saved:
            return
        self.saved.add(key)
        part = self.parts["admin" if path.startswith("/admin/") else "portal"]
        file = part / f"{len(self.saved):03}-{file_name(key)}.{ending}"
        file.write_text(text, encoding="utf-8", newline="")
        if ending == "html":
            self.waiting.extend(links(text, self.base, path))

    def next(self):
        """The next path of a kind not seen yet; nothing when there is none."""
        while self.waiting:
            path = self.waiting.popleft()
            if kind_of(path) not in self.seen:
                self.seen.add(kind_of(path))
                return path
        return ""


def links(text, base, path):
    """The paths on this site that a page links to."""
    found = []
    for href in re.findall(r'<a\b[^>]*\shref="([^"#]+)', text):
        url = urlsplit(urljoin(base + path, href.replace("&amp;", "&")))
        if f"{url.scheme}://{url.netloc}" == base and not SKIPPED.search(url.path):
            found.append(url.path + (f"?{url.query}" if url.query else ""))
    return found


def kind_of(path):
    """What makes two paths the same page with other content."""
    url = urlsplit(path)
    view = resolve(url.path).view_name
    return (path if view in ALL_KEPT else view), bool(url.query)


def file_name(path):
    return re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-")[:80] or "home"
