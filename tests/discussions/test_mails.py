"""What a mail about posts says when it leaves, however often it was tried before."""

from datetime import timedelta

import pytest
from django.core import mail as mailbox

from apps.discussions import actions
from apps.discussions.actions.following import tell_of
from apps.discussions.models import Attachment
from apps.discussions.telling import SETTLES_IN
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
    """The worker looks now, and when what it found has settled; then it delivers."""
    actions.tell_in_batches(now)
    later = now + SETTLES_IN
    send_out_due(later)
    Courier(lambda: later).deliver(seconds=20)


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


@pytest.mark.parametrize(
    ("letter", "text", "is_whole"),
    [
        ("寄", "寄" * 29_000, False),
        ("b", "| a |\n|---|\n" + "| b |\n" * 4_000, False),
        ("д", "да " * 9_000, True),
    ],
    ids=["CJK", "table", "Cyrillic"],
)
def test_mail_is_never_so_long_that_a_mailbox_would_cut_it(thread, member, chair, letter, text, is_whole):
    actions.follow(actor=chair, thing=thread, level="all")
    tell_of(make_post(thread=thread, writer=member, text=f"First.\n\n{text}"))

    look(NOW + 3 * MINUTE)

    [message] = mailbox.outbox
    html = message.alternatives[0].content
    assert 40_000 < len(html.encode()) < 90_000
    assert "First." in html
    assert ("The rest of this post stands in the portal" not in html) == is_whole
    assert message.body.count(letter) >= text.count(letter)


def test_mail_about_many_long_posts_says_how_many_more_there_are(quiet, member, chair):
    for number in range(3):
        make_post(thread=quiet, writer=member, text=f"Post {number}. {'寄' * 9_000}")

    look(SLOT)

    bodies = [message.alternatives[0].content for message in mailbox.outbox]
    assert all(len(html.encode()) < 90_000 and "1 more post stands in the portal." in html for html in bodies)
    assert bodies
