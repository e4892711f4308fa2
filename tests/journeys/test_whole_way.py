"""The whole way of a person and an event: import, invite, accept, schedule, invite, answer, remind, move, cancel."""

import re
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browser import tab  # noqa: F401  a fixture
from tests.journeys.seeds import SECRETARIAT

pytestmark = pytest.mark.journey

ANN = "ann@ministry.example"
LINK = "https://meet.example/registries"
LEAD = timedelta(minutes=80)  # until the start; the reminder is due a minute or two from now


class Walk:
    """Somebody at the browser, and the mailbox beside it."""

    def __init__(self, page, live, smtp):
        self.page = page
        self.base = f"http://localhost:{live.port}"
        self.smtp = smtp

    def go(self, path):
        self.page.goto(path if path.startswith("http") else f"{self.base}{path}")

    def press(self, name):
        self.page.get_by_role("button", name=re.compile(name)).first.click()
        self.page.wait_for_load_state()

    def mail(self, subject, seconds=60):
        """Wait for a mail to Ann with this subject."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for box in self.smtp.received:
                if box.recipients == [ANN] and subject in box.message["Subject"]:
                    return box.message
            time.sleep(0.2)
        pytest.fail(f"No mail with {subject!r} in {[box.message['Subject'] for box in self.smtp.received]}")

    def link(self, message, part):
        return re.search(rf"https?://\S+/{part}/\S+", message.get_body(("plain",)).get_content())[0]

    def sign_in(self, address):
        self.go("/accounts/login/")
        self.page.fill("[name=login]", address)
        self.page.fill("[name=password]", "correct horse battery")
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url("**/dashboard/")


def local(moment):
    """A wall-clock time in UTC as the browser's field takes it."""
    return f"{moment:%Y-%m-%dT%H:%M}"


def test_the_whole_way_on_real_mail(tab, live, smtp, ask, manage, tmp_path):  # noqa: F811  a fixture
    walk = Walk(tab, live, smtp)
    ask(SECRETARIAT)
    table = tmp_path / "people.csv"
    table.write_text(f"email;name;organisation;country;time_zone\n{ANN};Ann Lee;Ministry;WS;Pacific/Apia\n")

    done = manage("import_members", str(table), "--group", "task-force", "--invite", **live.environment)
    assert done.returncode == 0, done.stdout + done.stderr
    accept_invitation(walk)
    start = create_event(walk)
    invite_group(walk)
    walk.page.context.clear_cookies()
    answer_from_the_mail(walk)

    reminder = walk.mail("minutes: Registries", seconds=240)
    assert "UTC+13" in reminder.get_body(("plain",)).get_content()
    assert LINK in reminder.get_body(("plain",)).get_content()

    walk.sign_in("staff@example.org")
    move_event(walk, start + timedelta(minutes=10))
    changed = walk.mail("Changed: Registries")
    assert "Before → now:" in changed.get_body(("plain",)).get_content()
    cancel_event(walk)
    cancelled = walk.mail("Cancelled: Registries")
    assert "Illness" in cancelled.get_body(("plain",)).get_content()

    to_ann = [box.message["Subject"] for box in smtp.received if box.recipients == [ANN]]
    assert len(to_ann) == len(set(to_ann)) == 5, to_ann
    ledger = manage("check_ledger", **live.environment)
    assert (ledger.returncode, ledger.stdout) == (0, "No differences.\n")


def accept_invitation(walk):
    walk.go(walk.link(walk.mail("nvit"), "invitation"))
    walk.page.get_by_role("checkbox").first.check()
    walk.press("Accept")
    assert "/settings/profile/" in walk.page.url
    assert walk.page.input_value("[name=name]") == "Ann Lee"
    walk.page.locator("main form button[type=submit]").first.click()
    walk.page.wait_for_load_state()
    walk.page.context.clear_cookies()


def create_event(walk):
    walk.sign_in("staff@example.org")
    start = (timezone.now() + LEAD).replace(second=0, microsecond=0) + timedelta(minutes=1)
    walk.go("/admin/events/event/add/")
    walk.page.fill("[name=title]", "Registries in practice")
    walk.page.locator(".field-group .select2-selection").first.click()
    walk.page.locator(".select2-results__option", has_text="Task force").click()
    walk.page.fill("[name=starts_at]", local(start))
    walk.page.fill("[name=ends_at]", local(start + timedelta(hours=1)))
    walk.page.fill("[name=online_link]", LINK)
    walk.page.locator(".add-row a").first.click()
    walk.page.fill("[name=reminder_rules-0-minutes_before]", str(int(LEAD / timedelta(minutes=1)) - 1))
    walk.page.locator("[name=_continue]").click()
    walk.page.wait_for_load_state()
    walk.page.get_by_role("link", name="Schedule").click()
    walk.page.locator("[name=_confirm]").click()
    walk.page.wait_for_load_state()
    return start


def invite_group(walk):
    walk.page.get_by_role("link", name="Invite", exact=True).click()
    walk.page.select_option("[name=group]", label="Task force")
    walk.page.locator("[name=_choose]").click()
    walk.page.wait_for_load_state()
    assert "Ann Lee" in walk.page.content()
    walk.page.locator("[name=_confirm]").click()
    walk.page.wait_for_load_state()


def answer_from_the_mail(walk):
    invitation = walk.mail("Invitation: Registries")
    walk.go(walk.link(invitation, "rsvp"))
    assert LINK not in walk.page.content()
    walk.press("Yes, online")
    walk.page.wait_for_selector("[aria-pressed=true]")


def open_event(walk):
    walk.go("/admin/events/event/")
    walk.page.get_by_role("link", name="Registries in practice").first.click()
    walk.page.wait_for_load_state()


def move_event(walk, start):
    open_event(walk)
    walk.page.fill("[name=starts_at]", local(start))
    walk.page.fill("[name=ends_at]", local(start + timedelta(hours=1)))
    walk.page.locator("[name=_continue]").click()
    walk.page.wait_for_load_state()


def cancel_event(walk):
    open_event(walk)
    walk.page.get_by_role("link", name="Cancel the event").click()
    walk.page.fill("[name=reason]", "Illness")
    walk.page.locator("[name=_confirm]").click()
    walk.page.wait_for_load_state()
