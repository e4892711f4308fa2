"""F21: files that are made to take the worker that reads them along."""

import hashlib

from tests import hostile
from tests.faults import papers, scenes
from tests.faults.memory import resident
from tests.faults.registry import fault
from tests.faults.uploads import REFUSED
from tests.faults.visitor import Seen, Visitor

RESIDENT = 300_000_000  # bytes; a worker at rest holds some 120 MB
DEATHS = 3  # after which a file is given up


@fault("F21", "hostile PDFs before the worker that reads")
def read_hostile(stage, report):
    """What takes too much memory or time ends with the process that opened it; the worker stays and reads the next."""
    bad = stage.pick(short=[hostile.bursting_pdf], long=[hostile.bursting_pdf, hostile.endless_pdf])
    report.did = f"{len(REFUSED)} PDFs refused, {len(bad)} taken: memory" + stage.pick(short="", long=" and time")
    stage.start()
    worker = stage.pid("work")
    sender = Sender(stage)
    stage.hold("work")
    for make in REFUSED.values():
        report.require(sender.send(make()) == 200, f"{make.__name__} is taken")
    for make in bad:
        report.require(sender.send(make()) == 302, f"{make.__name__} is not taken")
    plain = hostile.plain_pdf(1)
    report.require(sender.send(plain) == 302, "a plain PDF is not taken")
    stage.ask(scenes.invite, count=20)
    # What takes too long does so for a minute each time: three times are shown by what takes too much memory.
    hurried = [hashlib.sha256(hostile.endless_pdf()).hexdigest()]
    stage.ask(papers.skip_pauses, hurried=hurried)
    stage.wake("work")
    stage.wait(lambda: not stage.ask(papers.skip_pauses, hurried=hurried), 900, "the reading to end")
    _require_given_up(stage, report, [make() for make in bad])
    report.require(_stands(stage, plain)[0] == "ready", "the plain PDF was not read")
    report.require(stage.pids("work") == [worker], "the worker was taken along")
    report.require(resident(worker) < RESIDENT, f"the worker holds {resident(worker)} bytes")
    stage.settle(report)


@fault("F21", "the worker killed while it reads a hostile PDF")
def kill_reader(stage, report):
    """Each death counts as a try; after the last the file is given up, and the worker goes on to the next.

    The short form kills once and writes the other deaths down.
    """
    kills = stage.pick(short=1, long=DEATHS)
    report.did = f"kill -9 of the worker, {kills} x while it reads a PDF without end"
    stage.start()
    sender = Sender(stage)
    # From its first page on, so that none is read between two deaths.
    endless = hostile.endless_pdf(from_page=1)
    report.require(sender.send(endless) == 302, "the hostile PDF is not taken")
    stage.hold("mail")
    for _time in range(kills):
        stage.wait(lambda: stage.ask(papers.claimed), 60, "the worker to begin")
        stage.kill("work")
        stage.ask(papers.end_pauses, tries=stage.pick(short=DEATHS, long=None))
    stage.wake("mail")
    report.require(sender.send(hostile.plain_pdf(1)) == 302, "a plain PDF is not taken")
    stage.wait(lambda: not stage.ask(papers.skip_pauses), 300, "the reading to end")
    _require_given_up(stage, report, [endless])
    stage.wait(lambda: stage.status("/readyz") == 200, 60, "the worker to be back")
    stage.settle(report)
    left = stage.ask(papers.strays)
    report.require(len(left) <= kills, f"{kills} killed workers left {left}")
    left = stage.ask(papers.sweep)
    report.require(not left, f"files that nothing sweeps: {left}")


class Sender:
    """The secretariat, with one paper."""

    def __init__(self, stage):
        self._visitor = Visitor(stage.port, Seen())
        self._visitor.log_in("staff@example.org", scenes.PASSWORD)
        [paper] = stage.ask(papers.make_papers, slugs=["letters"]).values()
        self._path = f"/admin/publications/publication/{paper}/file/"

    def send(self, content):
        """Add a file; returns the status."""
        return self._visitor.send_file(self._path, "upload", "paper.pdf", content).status


def _stands(stage, content):
    return stage.ask(papers.reading)[hashlib.sha256(content).hexdigest()]


def _require_given_up(stage, report, bad):
    """Of each the pages that are harmless are kept; the next is said to be the one that can not be shown."""
    for content in bad:
        state, said, pages = _stands(stage, content)
        sentence = f"Page {pages + 1} and those after it can not be shown here. The file itself can be downloaded."
        report.require((state, said) == ("failed", sentence), f"a hostile PDF is {state}: {said!r}")
