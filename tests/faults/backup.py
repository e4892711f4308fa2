"""F15: a backup taken under load, put back into nothing and over the living portal."""

import hashlib
import json
import os
import shutil
import zipfile
from collections import Counter
from pathlib import Path

from apps.publications.models.version import PAGES_FOLDER
from tests.faults import backupscenes, mailed, papers, scenes
from tests.faults.registry import fault
from tests.portal import run_manage

FILES = 40  # that belong to no row; and those that do:
VERSIONS, ATTACHMENTS = 2, 2
HELD = "held"  # the event that somebody is invited to while mail is on hold
FORBIDDEN = (scenes.PASSWORD.encode(), b"zq7-")


@fault("F15", "backup under load, restored into nothing")
def restore_into_nothing(stage, report):
    """Everything acknowledged before the backup began is there again; what may have been sent is set aside."""
    report.did = "backup under load, restored into an empty database and folder"
    keeper = Keeper(stage, report)
    keeper.back_up_under_load()
    keeper.check_contents()
    keeper.refuse_while_running()
    stage.portal.end()
    keeper.remove_everything()
    said = keeper.restore()
    report.require("can not be known" in said, f"the restore does not say that revocations are not known: {said}")
    keeper.check_restored()
    keeper.run_on_hold()
    keeper.release("--set-aside")
    report.unclear = stage.ask(mailed.states).get("unclear", 0)
    report.require(report.unclear, "nothing was set aside")


@fault("F15", "backup restored over the living portal")
def restore_over_the_living(stage, report):
    """What was taken away since stays away, and what was sent since is not sent again."""
    report.did = "backup under load, rights taken, restored over the living one"
    keeper = Keeper(stage, report)
    keeper.back_up_under_load()
    taken = stage.ask(backupscenes.take_away)
    stage.wait(lambda: not stage.ask(mailed.unfinished), 120, "the mails to be sent")
    stage.portal.end()
    said = keeper.restore()
    for name in taken["named"]:
        report.require(name in said, f"the restore does not name {name}: {said}")
    report.failures += stage.ask(backupscenes.given_back, links=taken["links"])
    keeper.check_restored()
    keeper.run_on_hold()
    keeper.release()


class Keeper:
    """Backs up, restores, and compares with what there was."""

    def __init__(self, stage, report):
        self.stage, self.report = stage, report
        self.archive = stage.folder / "backup.zip"

    @property
    def folder(self):
        return Path(self.stage.environment["DATA_DIR"])

    def back_up_under_load(self):
        """While the mail worker stands still, so that the backup finds mail that is sent only later."""
        stage = self.stage
        stage.start()
        self._make_files()
        stage.ask(backupscenes.prepare_cast)
        stage.hold("mail")
        load = stage.load(is_uploading=True)
        load.wait_for_acts(stage.pick(short=15, long=150))
        stage.wait(lambda: self._has_uploaded(load), 60, "a file to be taken")
        self.report.acts, self._promised = load.record.read()
        self._lines = len(self._record())
        load.uploads.wait_until_sending()
        self._manage("backup", str(self.archive))
        load.wait_for_acts(5)
        load.end()
        stage.wake("mail")
        stage.wait(lambda: not stage.ask(mailed.unfinished), 120, "the mails to be sent")

    def check_contents(self):
        """Nobody else reads it, and it holds no secret: no key, no mail, nothing that opens a session."""
        self.report.require(self.archive.stat().st_mode & 0o777 == 0o600, "others may read the archive")
        kept = [path.read_bytes().strip() for path in self.folder.glob("*_key")]
        with zipfile.ZipFile(self.archive) as parts:
            self.report.require(kept and len(parts.namelist()) > FILES, "there is nothing to look for")
            for name in parts.namelist():
                content = parts.read(name)
                found = [secret for secret in (*kept, *FORBIDDEN) if secret in content]
                self.report.require(not found, f"{name} holds a secret")
                self.report.require(not name.endswith(".eml"), f"{name} is a mail")

    def refuse_while_running(self):
        done = run_manage(self.stage.environment, "restore", str(self.archive))
        self.report.require(done.returncode == 1, "a restore under the running portal is not refused")
        self.report.require("already running" in done.stderr, f"the refusal does not say why: {done.stderr}")

    def remove_everything(self):
        shutil.rmtree(self.folder / "files")
        for path in self.folder.glob("portal.sqlite3*"):
            path.unlink()
        if self.stage.cluster:
            self.stage.cluster.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public", "portal")

    def restore(self):
        return self._manage("restore", str(self.archive))

    def check_restored(self):
        """The acts and files are those of the backup, the tables those of the code, and everybody is signed out."""
        self._compare_acts()
        self._compare_files()
        for command in (["check"], ["migrate", "--check"], ["makemigrations", "--check", "--dry-run"]):
            self._manage(*command)
        self.report.failures += self.stage.ask(backupscenes.open_sessions)

    def run_on_hold(self):
        """Only a login code asked for now leaves by itself; the secretariat's invitations wait."""
        stage = self.stage
        before = stage.smtp.copies()
        stage.run()
        stage.ask(scenes.invite, count=1, slug=HELD)
        code = stage.ask(backupscenes.ask_for_code)
        stage.wait(lambda: stage.ask(backupscenes.state_of, pk=code) == "sent", 60, "the login code")
        left = stage.smtp.copies() - before
        self.report.require(left.total() == 1, f"{left.total() - 1} mails left while on hold")
        self.report.require(stage.ask(mailed.unfinished), "no mail waits: the hold held nothing")

    def release(self, *options):
        """From here on mail goes, and nobody gets anything twice."""
        self._manage("release_mail", *options)
        stage, report = self.stage, self.report
        stage.wait(lambda: not stage.ask(mailed.unfinished), 120, "the mails to be sent")
        report.require(stage.ask(mailed.delivered, slug=HELD) == 1, "what was asked for while on hold never left")
        copies = stage.smtp.copies()
        report.mails, report.repeated = len(copies), copies.total() - len(copies)
        report.require(not report.repeated, f"{report.repeated} mails went again")
        twice = [said for said, count in self._invitations().items() if count > 1]
        report.require(not twice, f"invited again by another mail: {twice[:3]}")
        self._manage("check", "--fail-level", "WARNING")

    def _invitations(self):
        """{(recipient, subject): how often} of the invitations to events, which go to everybody once."""
        took = [(mail.recipients[0], str(mail.message["Subject"])) for mail in list(self.stage.smtp.box.received)]
        events = (entry for entry in took if entry[1].startswith("Invitation:"))
        return Counter(entry for entry in events if entry[0] != backupscenes.RESENT)

    @staticmethod
    def _has_uploaded(load):
        return any(kind == "version" for kind, _digest in load.record.read()[1])

    def _compare_files(self):
        """Every row has its file. One that came while the backup was taken may have no row there, and is swept."""
        stage, require = self.stage, self.report.require
        require(self._known_sums.items() <= self._sums().items(), "the files are not those of the backup")
        there = {*stage.ask(papers.kept), *stage.ask(papers.attached)}
        require(self._kept <= there, f"{len(self._kept - there)} files have no row any more")
        left = stage.ask(papers.sweep)
        require(not left, f"files that nothing sweeps: {left}")
        self.report.failures += stage.ask(papers.not_kept)

    def _compare_acts(self):
        """What was asked for while the backup was being taken may be in it or not."""
        standing = self.stage.ask(scenes.standing) | {"version": self.stage.ask(papers.kept)}
        since = [json.loads(line) for line in self._record()[self._lines :]]
        for (kind, subject), values in self._promised.items():
            later = [entry["value"] for entry in since if (entry.get("kind"), entry.get("subject")) == (kind, subject)]
            found = standing[kind].get(subject)
            self.report.require(found in values + later, f"{kind} of {subject} is {found!r}, promised was {values!r}")

    def _record(self):
        return (self.stage.folder / "record.jsonl").read_text(encoding="utf-8").splitlines()

    def _manage(self, *arguments):
        done = run_manage(self.stage.environment, *arguments)
        self.report.require(done.returncode == 0, f"{arguments[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def _make_files(self):
        self._kept = {*self.stage.ask(papers.keep_files, versions=VERSIONS, attachments=ATTACHMENTS)}
        self.report.require(len(self._kept) == VERSIONS + ATTACHMENTS, "there are no files of papers and posts")
        for number in range(FILES):
            path = self.folder / "files" / str(number % 7) / f"paper {number}.pdf"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(os.urandom(10_000 + number))
        self._known_sums = {name: found for name, found in self._sums().items() if PAGES_FOLDER not in name}

    def _sums(self):
        folder = self.folder / "files"
        files = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
