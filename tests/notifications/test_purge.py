"""Old bodies are forgotten, and what is sent again after that is written anew."""

from datetime import timedelta

import pytest

from apps.notifications import outbox
from apps.notifications.models import OutgoingMail
from apps.notifications.purge import purge_bodies
from apps.notifications.recipients import recipient_of
from tests.make import NOW, make_event


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "is_written"), [("sent", True), ("failed", False), ("unclear", False)])
def test_old_body_is_forgotten_and_an_unfinished_mail_is_written_anew(group, member, state, is_written):
    outbox.notify("event_reminder", make_event(group=group), [recipient_of(member)], due_at=NOW)
    OutgoingMail.objects.update(state=state, text_body="Text", html_body="<p>Text</p>", written_at=NOW)

    purge_bodies(NOW + timedelta(days=1))

    row = OutgoingMail.objects.get()
    assert (row.text_body, row.html_body, row.written_at is not None) == ("", "", is_written)
