"""Somebody at a browser of their own, signed in, and what lies in the mailbox beside it."""

import re
import time

import pytest

from tests.journeys.paperseeds import PASSWORD


class Visitor:
    """One person; nobody shares their cookies. ``faults`` are what scripts threw on their pages."""

    def __init__(self, browser, base, address="", follow="/accounts/login/"):
        self.address = address
        self.page = browser.new_context(base_url=base).new_page()
        self.page.set_default_timeout(60_000)
        self.faults = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        if address:
            self.sign_in(follow)

    def sign_in(self, follow):
        """Follow a link that asks for the login first."""
        self.page.goto(follow)
        self.page.fill("[name=login]", self.address)
        self.page.fill("[name=password]", PASSWORD)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url(lambda url: "/accounts/login/" not in url)

    def go(self, path):
        self.page.goto(path)

    def press(self, name):
        self.page.get_by_role("button", name=re.compile(name)).first.click()
        self.page.wait_for_load_state()

    def follow(self, name):
        self.page.get_by_role("link", name=name, exact=True).first.click()
        self.page.wait_for_load_state()

    def save(self):
        """Save a form of the admin and stay on it."""
        self.page.locator("[name=_continue]").click()
        self.page.wait_for_url(lambda url: "/change/" in url)

    def confirm(self):
        """Press the button of a page of the admin that asks first."""
        self.page.locator("[name=_confirm]").click()
        self.page.wait_for_load_state()
        assert self.page.locator(".errornote, .errorlist").all_inner_texts() == []

    def pick(self, field, *names):
        """Choose rows in a field of the admin that searches as one types."""
        for name in names:
            self.page.locator(f".field-{field} .select2-selection").first.click()
            self.page.keyboard.type(name)
            self.page.locator(".select2-results__option:not(.loading-results)", has_text=name).first.click()

    def read(self, path):
        """What is answered at this address, without drawing it."""
        answer = self.page.context.request.get(path)
        assert answer.status == 200, (self.address, path, answer.status)
        return answer.body()

    def see(self, path, words, seconds=120):
        """Open a page again and again until it says this."""
        deadline = time.monotonic() + seconds
        while words not in self.page.context.request.get(path).text():
            assert time.monotonic() < deadline, f"{words!r} did not come at {path}"
            time.sleep(0.3)
        self.go(path)


def told(smtp, subject):
    """Whom a mail reached whose subject begins so, sorted, as often as it did."""
    return sorted(box.recipients[0] for box in list(smtp.received) if box.message["Subject"].startswith(subject))


def wait_for_mails(smtp, subject, addresses, seconds=120):
    """Wait until these people have a mail whose subject begins so, and nobody else."""
    deadline = time.monotonic() + seconds
    while len(told(smtp, subject)) < len(addresses):
        if time.monotonic() > deadline:
            pytest.fail(f"{subject!r} reached {told(smtp, subject)}")
        time.sleep(0.2)
    assert told(smtp, subject) == sorted(addresses)


def mail_to(smtp, address, subject):
    """The mail to this person whose subject begins so."""
    [found] = [
        box.message
        for box in list(smtp.received)
        if box.recipients == [address] and box.message["Subject"].startswith(subject)
    ]
    return found


def link_in(message, part):
    """The link in the text of a mail whose address has this part."""
    return re.search(rf"https?://\S*{part}\S*", message.get_body(("plain",)).get_content())[0]


def words_of(message):
    """All that a mail says, headers and every part, decoded."""
    parts = [part.get_payload(decode=True) or b"" for part in message.walk() if not part.is_multipart()]
    return "\n".join([*(f"{name}: {value}" for name, value in message.items()), *(part.decode() for part in parts)])
