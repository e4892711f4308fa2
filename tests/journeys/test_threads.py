"""A thread by browser and mail: mention, edit and delete within the delay, move, suspension; and one without names.

In the second one an author's name is the canary: it stands in no page, mail, line of the log or row of the database
but those of the account itself.
"""

import json
import re
import time
from email.utils import parseaddr
from urllib.request import urlopen

import pytest

from tests.browser import tab  # noqa: F401  a fixture
from tests.journeys import threads

pytestmark = pytest.mark.journey

LETTERS, QUIET = "Letters of authorisation", "What we would give up"
PASSWORD = "correct horse battery"
# Where a name may stand: in what the account itself is made of, and in mail to its owner.
OF_THE_ACCOUNT = {
    "members_member",
    "members_membership",
    "account_emailaddress",
    "core_auditentry",
    "core_searchentry",
    "usersessions_usersession",
    "django_session",
    "discussions_readmark",
    "sqlite_sequence",
}


class Person:
    """Somebody at a browser of their own, signed in."""

    def __init__(self, tab, live, address):  # noqa: F811  a fixture's name
        self.base = f"http://localhost:{live.port}"
        self.address = address
        self.page = tab.context.browser.new_context().new_page()
        self.page.set_default_timeout(30_000)
        self.go("/accounts/login/")
        self.page.fill("[name=login]", address)
        self.page.fill("[name=password]", PASSWORD)
        self.press("Sign in")
        self.page.wait_for_url("**/dashboard/")

    def go(self, path):
        return self.page.goto(path if path.startswith("http") else f"{self.base}{path}").status

    def sees(self, path):
        """What stands on a page, as it came."""
        answer = self.page.request.get(f"{self.base}{path}")
        return answer.text() if answer.ok else ""

    def press(self, name):
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("button", name=name, exact=True).click()

    def open_thread(self, title, text, names):
        self.go("/discussions/new/")
        self.page.fill("[name=title]", title)
        self.page.select_option("[name=group]", label="North")
        self.page.get_by_label(names).check()
        self.page.fill("[name=text]", text)
        self.press("Open the thread")
        return re.search(r"/discussions/\d+/", self.page.url)[0]

    def reply(self, thread, text, button="Post reply"):
        self.go(thread)
        self.page.fill("[name=text]", text)
        self.press(button)

    def edit(self, thread, number, text):
        self.go(f"{thread}posts/{number}/edit/")
        self.page.fill("[name=text]", text)
        self.press("Save")


class Post:
    """What the mail server was given."""

    def __init__(self, smtp):
        self.smtp = smtp

    def to(self, address, subject=None):
        taken = [box.message for box in list(self.smtp.received) if box.recipients == [address]]
        return [message for message in taken if subject in (None, message["Subject"])]

    def wait_for(self, count, address, subject, seconds=60):
        deadline = time.monotonic() + seconds
        while len(self.to(address, subject)) < count:
            assert time.monotonic() < deadline, [box.message["Subject"] for box in self.smtp.received]
            time.sleep(0.2)
        return self.to(address, subject)


def words(message):
    """All that a reader of the mail can read: both parts, and the headers."""
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*parts, *(f"{name}: {value}" for name, value in message.items())])


def body(message):
    return message.get_body(("plain",)).get_content()


def test_threads_by_browser_and_mail(tab, live, smtp, ask, manage):  # noqa: F811  a fixture
    ask(threads.PEOPLE)
    post = Post(smtp)
    quiet = speak_without_a_name(Person(tab, live, threads.CANARY_ADDRESS))
    assert ask(threads.BATCH) >= 0  # The worker looks each minute: meanwhile the rest of the journey goes on.

    writer = Person(tab, live, "wanda@example.org")
    people = {name: Person(tab, live, f"{name}@example.org") for name in ("carl", "rita", "sam", "olga")}
    feed = ask(threads.FEED)
    letters = writer.open_thread(LETTERS, "Who may change a *letter*? Zebrafinch.", "By name")
    write_change_and_take_back(writer, letters)
    assert ask(threads.SETTLE) > 0
    check_mails_of_mention(post, live)
    check_reader_finds(people["rita"], letters, feed, is_found=True)

    writer.reply(letters, "@Rita Reader, @Sam Suspended and @Carl Chair: pangolin?")
    move_to_other_group(people["carl"], letters)
    check_reader_finds(people["rita"], letters, feed, is_found=False)
    assert "Zebrafinch" in people["olga"].sees(letters)
    assert "Zebrafinch" in people["sam"].sees(letters)
    ask(threads.SUSPEND)
    assert "Zebrafinch" not in people["sam"].sees(letters)
    ask(threads.SETTLE)
    assert "pangolin" in body(post.wait_for(2, "carl@example.org", LETTERS)[1])

    check_mails_without_a_name(post)
    wait_until_nothing_waits(ask)
    assert {address: len(post.to(f"{address}@example.org", LETTERS)) for address in ("wanda", "rita", "sam")} == {
        "wanda": 0,
        "rita": 2,
        "sam": 1,
    }
    check_canary(people, quiet, feed, smtp, live)
    ledger, index = manage("check_ledger", **live.environment), manage("reindex", "--check", **live.environment)
    assert (ledger.returncode, ledger.stdout) == (0, "No differences.\n")
    assert (index.returncode, index.stdout) == (0, "The search knows every thing as it is.\n")


def speak_without_a_name(canary):
    thread = canary.open_thread(QUIET, "The first of two: narwhal.", "Without names (Chatham House Rule)")
    canary.reply(thread, "The second: axolotl.", "Post without name")
    canary.edit(thread, 2, "The second, said better: capybara.")
    canary.go(thread)
    canary.page.fill("[name=text]", "Begun and left: wombat.")
    canary.go("/discussions/")
    return thread


def write_change_and_take_back(writer, thread):
    writer.reply(thread, "@Rita Reader: kingfisher")
    writer.edit(thread, 2, "@Rita Reader: a **heron**, and no other bird.\n\n| a | b |\n|---|---|\n| left | right |")
    writer.reply(thread, "To be taken back: cassowary")
    writer.go(f"{thread}posts/3/delete/")
    writer.press("Delete the post")


def check_mails_of_mention(post, live):
    first, second = sorted(post.wait_for(2, "rita@example.org", LETTERS), key=lambda mail: "heron" in words(mail))
    assert "Zebrafinch" in body(first)
    assert "new threads of your groups" in body(first)
    assert "Rita Reader: a heron, and no other bird." in body(second)
    assert "<strong>heron</strong>" in words(second).replace(' style="', '<!--"').replace("\n", "")
    assert "because you are mentioned" in body(second)
    assert f"Change this choice: http://localhost:{live.port}/discussions/" in body(second)
    root = first["References"]
    assert re.fullmatch(r"<[0-9]+\.thread\.discussions@[\w.-]+>", root)
    assert {mail[name] for mail in (first, second) for name in ("References", "In-Reply-To")} == {root}
    assert first["List-Id"] == second["List-Id"] == root.replace("@", ".")
    assert first["Message-ID"] != second["Message-ID"]
    assert re.fullmatch(r"<[^<>@\s]+@[\w.-]+>", second["Message-ID"])
    assert second["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def check_reader_finds(reader, thread, feed, *, is_found):
    """By each way to it, or by none."""
    ways = [thread, "/discussions/", "/search/?q=zebrafinch", "/search/?q=heron", feed, "/notifications/"]
    ways += ["/dashboard/", "/groups/north/", f"{thread}posts/2/history/"]

    found = {way: LETTERS in reader.sees(way) for way in ways}

    always = {"/groups/north/": found["/groups/north/"], "/dashboard/": found["/dashboard/"]} if is_found else {}
    assert found == dict.fromkeys(ways, is_found) | always
    if not is_found:
        assert reader.go(thread) == 404


def move_to_other_group(chair, thread):
    chair.go(f"{thread}move/")
    chair.page.select_option("[name=group]", label="South")
    chair.page.select_option("[name=visibility]", "group")
    chair.press("Who is affected?")
    chair.press("Move it")


def check_mails_without_a_name(post):
    """All who read it get the same mail, whoever wrote."""
    addresses = ["carl@example.org", "rita@example.org", "wanda@example.org", threads.CANARY_ADDRESS]
    mails = [post.wait_for(1, address, QUIET, seconds=240) for address in addresses]

    assert [len(each) for each in mails] == [1, 1, 1, 1]
    assert len({_without_reader(mail) for [mail] in mails}) == 1
    text = body(mails[0][0])
    assert "narwhal" in text
    assert "said better: capybara" in text
    assert "axolotl" not in text
    assert not re.search(r"\d\d:\d\d", text.replace("localhost:", ""))


def _without_reader(message):
    """What the mail says to whoever reads it."""
    text = re.sub(r"Dear .*,", "Dear reader,", body(message))
    text = re.sub(r"/unsubscribe/[^/\s]+/", "/unsubscribe/", text)
    names = ("From", "Reply-To", "Subject", "References", "In-Reply-To", "List-Id", "Auto-Submitted")
    return "\n".join([text, *(f"{name}: {message[name]}" for name in names)])


def wait_until_nothing_waits(ask):
    deadline = time.monotonic() + 60
    while ask(threads.WAITING):
        assert time.monotonic() < deadline


def check_canary(people, quiet, feed, smtp, live):
    sign = re.compile(rf"canarinho|\b{threads.CANARY_NUMBER}\b", re.IGNORECASE)

    def named(text):
        return sign.search(text) is not None

    paths = [
        quiet,
        f"{quiet}posts/2/history/",
        "/discussions/",
        "/search/?q=capybara",
        "/notifications/",
        "/dashboard/",
    ]
    pages = {path: people["rita"].sees(path) for path in paths}
    pages[feed] = urlopen(f"http://localhost:{live.port}{feed}").read().decode()
    assert "capybara" in pages[quiet]
    assert QUIET in pages[feed]
    assert [path for path, page in pages.items() if named(page)] == []
    others = [box for box in smtp.received if box.recipients != [threads.CANARY_ADDRESS]]
    assert [words(box.message) for box in others if named(words(box.message))] == []
    assert {parseaddr(box.message["To"])[1] for box in others} >= {"rita@example.org", "carl@example.org"}
    check_log(live, named)
    check_rows(live, named)


def check_log(live, named):
    lines = [json.loads(line) for line in live.output().splitlines() if line.startswith("{")]
    there = [line for line in lines if "/discussions/" in line["message"]]
    assert len(there) > 20
    assert {line.get("member", 0) for line in there} == {0}
    assert [line for line in lines if named(json.dumps(line)) and "/discussions/" in line["message"]] == []
    assert threads.CANARY not in live.output()


def check_rows(live, named):
    rows = threads.dump(live.environment)
    # The index of the search on SQLite holds the words of its entries once more, and shows them as a table of words.
    once_more = ("core_searchindex", "core_searchwords")
    own = [(table, row) for table, row in rows if named(row) and not table.startswith(once_more)]
    assert {table for table, _row in own} >= {"members_member", "account_emailaddress"}
    # Who gets the mails is kept, whoever wrote: the mails, and how far a saying has been made into mails.
    assert {table for table, _row in own} - OF_THE_ACCOUNT <= {"notifications_outgoingmail", "notifications_reminder"}
    assert [row for table, row in own if table == "core_searchentry" and "'member'" not in row] == []
    said = [table for table, row in own if re.search("narwhal|axolotl|capybara|wombat", row)]
    assert set(said) <= {"notifications_outgoingmail"}
    assert len(said) == 1
    assert [table for table, row in rows if "wombat" in row] == []
    assert [row for table, row in rows if table == "discussions_subscription" and named(row)] == []
