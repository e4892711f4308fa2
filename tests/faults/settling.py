"""After a fault: the ledger against what the mail server took, copy by copy."""

from tests.faults import mailed, papers

IN_PLAIN_SIGHT = {"sent", "suppressed", "missed", "failed", "unclear", "cancelled"}


def compare(stage, report, *, doubts):
    """Count mails, lost, repeated and unclear ones; what contradicts the ledger is a failure, and so are more repeated
    or unclear ones than these ``doubts``.
    """
    rows = stage.ask(mailed.ledger)
    copies = stage.smtp.copies()
    sent = {identity for identity, state, *_rest in rows if state == "sent"}
    known = {identity for identity, *_rest in rows}
    unclear = sum(state == "unclear" for _identity, state, *_rest in rows)
    repeated = sum(count - 1 for count in copies.values())
    lost = len(sent - set(copies)) + sum(state not in IN_PLAIN_SIGHT for _identity, state, *_rest in rows)
    report.note_mails(sent=len(copies), lost=lost, repeated=repeated, unclear=unclear)
    found = report.repeated + report.unclear
    report.require(found <= doubts, f"{found} mails are unclear or repeated, not {doubts} at most")
    report.require(not lost, f"{lost} mails are lost: marked sent and never taken, or left lying")
    report.require(not set(copies) - known, "the mail server took mails the ledger does not know")
    report.require(not stage.smtp.differing(), "a repeated mail is not the same, byte for byte")
    for sentence in stage.ask(mailed.ledger_differences):
        report.failures.append(f"check_ledger: {sentence}")


def require_chased(stage, report, count):
    """So many were asked for comments on papers and chased for them, each once."""
    found = stage.ask(papers.circulated)
    expected = {"circulation_invitation": count, "circulation_reminder": count}
    report.require(found == expected, f"about circulations went {found}, not {expected}")
