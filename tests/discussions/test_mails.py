"""What a mail about posts says when it leaves, however often it was tried before."""

from datetime import timedelta

import pytest
from django.core import mail as mailbox

from apps.discussions import actions
from apps.discussions.actions.following import tell_of
from apps.discussions.models import Attachment
from apps.notifications.delivery import Courier
from apps.notifications.models import OutgoingMail
from apps.notifications.reminders import send_out_due
from tests.make import NOW, make_member, make_post, make_thread
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


def forget_by_author(post, member, chair):
    actions.delete_post(actor=member, post=post, now=SLOT + MINUTE)


def forget_by_leader(post, member, chair):
    actions.remove_post(actor=chair, post=post, reason="Names a person.", now=SLOT + MINUTE)


@pytest.mark.parametrize("forget", [forget_by_author, forget_by_leader])
@pytest.mark.parametrize("mode", ["named", "unattributed"])
def test_ledger_forgets_what_the_mails_of_a_deleted_post_said(group, member, chair, coordinator, mode, forget):
    thread = make_thread(group=group, mode=mode)
    actions.follow(actor=chair, thing=thread, level="all")
    written = [make_post(thread=thread, writer=member, text=text) for text in ("zq7-stays.", "zq7-goes.")]
    if mode == "named":
        for each in written:
            tell_of(each)
    look(SLOT)
    bodies = OutgoingMail.objects.filter(member=chair).order_by("pk")
    assert "zq7-goes" in "".join(body for mail in bodies for body in (mail.text_body, mail.html_body))

    forget(written[1], member, chair)

    kept = "".join(body for mail in bodies.all() for body in (mail.text_body, mail.html_body))
    # Posts without names went in one mail.
    assert ("zq7-goes" in kept, "zq7-stays" in kept) == (False, mode == "named")
    assert set(bodies.values_list("state", flat=True)) == {"sent"}


def test_mail_says_that_a_post_has_a_file(thread, member, chair):
    actions.follow(actor=chair, thing=thread, level="all")
    post = make_post(thread=thread, writer=member, text="Here.")
    Attachment.objects.create(post=post, name="Letter & template.pdf", format="pdf", size=9, sha256="0" * 64)
    tell_of(post)

    look(NOW + 3 * MINUTE)

    [message] = mailbox.outbox
    assert "With a file, to be read in the portal: Letter & template.pdf" in message.body
    assert "Letter &amp; template.pdf" in message.alternatives[0].content
