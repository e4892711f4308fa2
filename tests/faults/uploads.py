"""The secretariat at work on papers: files are added, plain ones and hostile ones, and looked at afterwards."""

import hashlib
import time
from html import escape

from apps.core import refusals
from apps.publications.actions.reading import SECONDS
from tests import hostile
from tests.faults import papers

# More than is kept in memory on the way in.
PLAIN_BYTES = 2_700_000
PAUSE_SECONDS = 1.0
LOOK_SECONDS = 30  # on top of what one reading may take
GOES_ON_WITHIN_SECONDS = 240  # three tries of a page that takes all the time there is, and the pauses

# What is refused, and for what; and what passes and can not be read.
REFUSED = {
    "encrypted": hostile.encrypted_pdf,
    "broken": hostile.noise_pdf,
    "ring": hostile.ring_pdf,
}
FAULTS = {"ring": "broken"}


class Uploads:
    """Acts for a ``Load``; ``without_room``: how many files were answered that there is no room for them now."""

    def __init__(self, stage, act, seen):
        self._stage = stage
        self._act = act
        self._seen = seen
        self._papers = stage.ask(papers.make_papers, slugs=["plain", "hostile"])
        self._hostile = {_digest(hostile.bursting_pdf())}
        self._taken = set()
        self._sending = 0
        self.without_room = 0

    def acts(self):
        return [(self._send_plain, "staff@example.org"), (self._send_hostile, "staff@example.org")]

    def wait_until_sending(self):
        """Wait until a file is on its way."""
        sent = self._sending
        self._stage.wait(lambda: self._sending > sent, 60, "a file to be sent")

    def _send_plain(self, visitor, address, turn):
        self._keep(visitor, "plain", hostile.plain_pdf(turn, PLAIN_BYTES))
        time.sleep(PAUSE_SECONDS)

    def _send_hostile(self, visitor, address, turn):
        """One that bursts when it is read, until it is taken once; else one that is refused at once."""
        if turn % 2 == 0 and not self._taken:
            self._keep(visitor, "hostile", hostile.bursting_pdf(), note=self._taken.add)
            return
        name, make = list(REFUSED.items())[turn % len(REFUSED)]
        self._be_refused(visitor, make(), FAULTS.get(name, name))
        time.sleep(PAUSE_SECONDS)

    def _keep(self, visitor, slug, content, note=lambda digest: None):
        digest = _digest(content)

        def send():
            answer = self._send(visitor, slug, content)
            if answer.is_yes:
                note(digest)
            return answer

        self._act("version", digest, "kept", send)

    def _be_refused(self, visitor, content, fault):
        answer = self._send(visitor, "hostile", content)
        sentences = [_sentence(word) for word in (fault, "room")]
        if answer.status == 302 or (answer.status == 200 and not any(text in answer.text for text in sentences)):
            self._seen.wrong.append(f"a file that is {fault} was answered {answer.status} without its sentence")

    def _send(self, visitor, slug, content):
        self._sending += 1
        path = f"/admin/publications/publication/{self._papers[slug]}/file/"
        answer = visitor.send_file(path, "upload", "paper.pdf", content)
        self.without_room += answer.status == 200 and _sentence("room") in answer.text
        return answer

    def compare(self, report, visitor, *, astray):
        """Every file there is has its own bytes and is handed out whole; all are read, or it is said why not.

        ``astray``: how many files killed processes may leave until they are swept.
        """
        for path, digest in self._stage.ask(papers.addresses):
            answer = visitor.get(path)
            is_whole = answer.status == 200 and _digest(answer.content) == digest
            report.require(is_whole, f"{path} is handed out with {answer.status} and other bytes")
        self._compare_reading(report)
        self._require_few_strays(report, astray)
        left = self._stage.ask(papers.sweep)
        report.require(not left, f"files that nothing sweeps: {left}")

    def _require_few_strays(self, report, astray):
        """A worker that another was faster than may still be at a page, and takes what time there is for one."""
        ends_at = time.monotonic() + SECONDS + LOOK_SECONDS
        while len(found := self._stage.ask(papers.strays)) > astray and time.monotonic() < ends_at:
            time.sleep(PAUSE_SECONDS)
        report.require(len(found) <= astray, f"more than {astray} files are astray: {found}")

    def _compare_reading(self, report):
        # Without the minutes between two tries of the hostile one, which may be all that is left.
        waiting = self._stage.ask(papers.unread)
        self._stage.wait(
            lambda: self._stage.ask(papers.skip_pauses) < max(waiting, 1),
            GOES_ON_WITHIN_SECONDS,
            "the worker to read on",
        )
        self._stage.ask(papers.read_rest)
        for digest, (state, said, _pages) in self._stage.ask(papers.reading).items():
            is_right = (state == "failed" and said.endswith(".")) if digest in self._hostile else state == "ready"
            report.require(is_right, f"a file was read as {state}: {said!r}")


def _sentence(word):
    """What a page says of a PDF that is refused for this."""
    return escape(str(refusals.sentence(word, "pdf")))


def _digest(content):
    return hashlib.sha256(content).hexdigest()
