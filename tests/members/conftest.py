"""What tests about people share: a privacy notice, invitations on their way, and looking into sealed mail."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from apps.members import actions
from apps.notifications.models import OutgoingMail
from apps.notifications.render import unsealed
from tests.make import make_invitation, make_legal_text


@pytest.fixture
def fresh_rate_limits(db):
    """Rate limits live in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def notice(db):
    """The privacy notice in force."""
    return make_legal_text(body="We keep **what** we need.", published_at=timezone.now() - timedelta(days=9))


@pytest.fixture
def invite(notice, group, coordinator):
    """Send an invitation that is open at this moment."""

    def send(address="guest@example.net", **fields):
        now = fields.pop("now", None) or timezone.now()
        invitation = make_invitation(
            group=fields.pop("group", group), address=address, invited_by=coordinator, **fields
        )
        return actions.send_invitation(actor=coordinator, invitation=invitation, now=now)

    return send


@pytest.fixture
def account_mails():
    """Return the opened security mails, oldest first: {subject, text, html} and the row."""

    def opened():
        rows = OutgoingMail.objects.filter(kind="account").order_by("pk")
        return [{"row": row, **(unsealed(row) or {"subject": "", "text": "", "html": ""})} for row in rows]

    return opened


@pytest.fixture
def latest_code(account_mails):
    """Return the code in the newest security mail."""

    def code():
        return re.search(r"^([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})$", account_mails()[-1]["text"], re.MULTILINE)[1]

    return code
