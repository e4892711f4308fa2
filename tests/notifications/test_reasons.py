"""Why a mail did not go is kept in English and read in the reader's language."""

import ast
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real

from apps.notifications.models import OutgoingMail, Reminder
from apps.notifications.outbox import notify
from apps.notifications.recipients import recipient_of
from tests.make import make_event

APPS = Path(__file__).parents[2] / "apps"


@pytest.fixture
def german(monkeypatch):
    """A catalogue that knows a few reasons."""
    known = trans_real.translation("de")._catalog._catalogs[0]
    words = {
        "answered no": "hat abgesagt",
        "given up": "aufgegeben",
        "sent again: worker died": "noch einmal: Prozess weg",
    }
    for text, translated in words.items():
        monkeypatch.setitem(known, text, translated)
    with translation.override("de"):
        yield


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("answered no", "hat abgesagt"),
        ("sent again: worker died", "noch einmal: Prozess weg"),
        ("given up: 451 4.7.1 Try later: busy", "aufgegeben: 451 4.7.1 Try later: busy"),
        ("550 answered no", "550 answered no"),
        (": ", ": "),
        ("", ""),
    ],
)
def test_a_reason_is_read_in_the_language_of_the_reader(german, reason, why):
    assert OutgoingMail(reason=reason).why == why
    assert Reminder(reason=reason).why == why


def test_screens_of_the_ledger_show_it(client, coordinator, member, group, monkeypatch):
    notify("event_invitation", make_event(group=group), [recipient_of(member)], "x")
    OutgoingMail.objects.update(state="failed", reason="answered no")
    monkeypatch.setitem(trans_real.translation("en")._catalog._catalogs[0], "answered no", "said no thank you")
    client.force_login(coordinator)
    mail = OutgoingMail.objects.get()

    for url in (
        reverse("admin:notifications_outgoingmail_changelist"),
        reverse("admin:notifications_outgoingmail_change", args=[mail.pk]),
        f"{reverse('admin:notifications_outgoingmail_send-again')}?id={mail.pk}",
        reverse("admin:index"),
    ):
        page = client.get(url).content.decode()
        assert "said no thank you" in page, url
        assert "answered no" not in page, url


def reasons(tree):
    """Every literal that becomes the reason of a row: given as one, or to what ends or puts back a mail."""
    enders = {"cancel", "finish", "put_back", "silence", "Verdict", "_settle", "_park"}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        given = [keyword.value for keyword in call.keywords if keyword.arg == "reason"]
        for value in [*given, *(call.args if name in enders else ())]:
            if isinstance(value, ast.JoinedStr) or (isinstance(value, ast.Constant) and isinstance(value.value, str)):
                yield value


def test_no_reason_is_written_that_can_not_be_translated():
    skipped = {"migrations", "samples.py"}  # History, and what is made up for a drawn mail.
    sources = [path for path in APPS.rglob("*.py") if skipped.isdisjoint(path.parts)]
    found = {path.name: [ast.unparse(each) for each in reasons(ast.parse(path.read_text()))] for path in sources}

    unmarked = {name: [text for text in texts if text != "''"] for name, texts in found.items()}
    assert {name: texts for name, texts in unmarked.items() if texts} == {"outcomes.py": ["f'{GIVEN_UP}: {reason}'"]}
