"""The bytes of a message: what mail programs read without decoding anything."""

import pytest

from apps.core.tokens import Rows
from apps.notifications import outbox
from apps.notifications.models import OutgoingMail
from apps.notifications.recipients import recipient_of
from apps.notifications.wire import compose, wire_bytes
from tests.make import NOW, make_event

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("host", ["localhost", "portal.example.org", f"portal.{'long-' * 10}name.example.org"])
def test_unsubscribe_link_stands_on_one_line_and_is_never_encoded(group, member, settings, host):
    settings.SITE_URL = f"https://{host}"
    outbox.notify("event_reminder", make_event(group=group), [recipient_of(member)])
    mail = OutgoingMail.objects.get()
    mail.subject, mail.text_body, mail.written_at = "Reminder", "Tomorrow.", NOW

    lines = wire_bytes(compose(mail, member.email, Rows())).decode("ascii").split("\r\n")

    assert f"List-Unsubscribe: <https://{host}/unsubscribe/{mail.token}/>" in lines
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
