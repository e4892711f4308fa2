"""What a mail about posts says when it leaves, however often it was tried before."""

from datetime import timedelta

import pytest
from django.core import mail as mailbox

from apps.discussions import actions
from apps.notifications.delivery import Courier
from apps.notifications.models import OutgoingMail
from apps.notifications.reminders import send_out_due
from tests.make import NOW, make_member, make_post
from tests.servers import mail_server

MINUTE = timedelta(minutes=1)
SLOT = NOW.replace(hour=16)
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def refused(settings):
    """Look and deliver at an instant, to a server that takes no mail to later@example.org now."""

    def refused_at(now):
        with mail_server() as server:
            usual = settings.MAILERS
            settings.MAILERS = {name: {"BACKEND": SMTP, "OPTIONS": server.options} for name in ("default", "bulk")}
            look(now)
            settings.MAILERS = usual

    return refused_at


def look(now):
    actions.tell_in_batches(now)
    send_out_due(now)
    Courier(lambda: now).deliver(seconds=20)


def tried_again(now):
    """The one mail that left at the next try, and how often it was tried before."""
    [attempts] = OutgoingMail.objects.values_list("attempts", flat=True)
    OutgoingMail.objects.update(due_at=now)
    look(now)
    [message] = mailbox.outbox
    return f"{message.subject} {message.body} {message.alternatives[0].content}", attempts


def delete(post, member, chair):
    actions.delete_post(actor=member, post=post, now=SLOT)


def hide(post, member, chair):
    actions.hide_post(actor=chair, post=post, reason="Off the point.", now=SLOT)


@pytest.mark.parametrize("take_away", [delete, hide])
def test_post_deleted_or_hidden_between_two_tries_does_not_leave(quiet, member, chair, refused, take_away):
    make_member("later@example.org", group=quiet.group)
    for text in ("The price.", "Never say this."):
        post = make_post(thread=quiet, writer=member, text=text)
    for person in (member, chair):
        actions.follow(actor=person, thing=quiet, level="mute")
    refused(SLOT)

    take_away(post, member, chair)
    said, attempts = tried_again(SLOT + 5 * MINUTE)

    assert ("The price." in said, "Never say this." in said, attempts) == (True, False, 1)


def test_text_as_edited_between_two_tries_is_what_leaves(thread, member, refused):
    actions.follow(actor=make_member("later@example.org", group=thread.group), thing=thread, level="all")
    post = actions.write_post(actor=member, thread=thread, text="Its issuer.", now=NOW)
    refused(NOW + 3 * MINUTE)
    message_id = OutgoingMail.objects.get().message_id

    actions.edit_post(actor=member, post=post, text="The Supervisory Body.", revision=0, now=NOW + 4 * MINUTE)
    said, attempts = tried_again(NOW + 5 * MINUTE)

    assert ("The Supervisory Body." in said, "Its issuer." in said, attempts) == (True, False, 1)
    assert mailbox.outbox[0].extra_headers["Message-ID"] == message_id
