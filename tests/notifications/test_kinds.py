"""The table of kinds is whole: templates, a mail that can be written, and headers by kind."""

from datetime import timedelta

import pytest
from django.core import mail as mailbox
from django.template.loader import get_template

from apps.events.models import ReminderRule
from apps.events.planning import plan_reminders
from apps.notifications import outbox
from apps.notifications.announcements import announce
from apps.notifications.delivery import Courier
from apps.notifications.kinds import KINDS
from apps.notifications.models import OutgoingMail
from apps.notifications.recipients import recipient_of
from apps.notifications.reminders import send_out_due
from apps.notifications.samples import kinds_with_sample
from tests.make import NOW, make_event, make_participation

EVENT_KINDS = sorted(slug for slug in KINDS if slug.startswith("event_"))


@pytest.mark.parametrize("slug", sorted(KINDS))
@pytest.mark.parametrize("suffix", [".subject.txt", ".txt", ".html"])
def test_kind_has_its_three_templates(slug, suffix):
    assert get_template(f"{KINDS[slug].template_name}{suffix}")


@pytest.mark.parametrize("slug", sorted(KINDS))
def test_kind_knows_how_to_behave(slug):
    kind = KINDS[slug]

    assert kind.slug == slug
    assert str(kind.label)
    assert kind.expires_after > timedelta(0)
    assert not (kind.is_security and kind.is_optional)


@pytest.mark.parametrize("slug", sorted(KINDS))
def test_kind_has_a_sample(slug):
    assert slug in {kind.slug for kind in kinds_with_sample()}, (
        f"The admin shows every kind of mail with made-up words. In apps/<app>/samples.py write a function "
        f"(kind, recipient, now) that returns letter_about(kind, <an unsaved row, or samples.Words of what the "
        f"templates need>, recipient, now), give it to samples.register(<function>, {slug!r}) in offer(), and have "
        f"AppConfig.ready() call samples.offer(), as apps/events does."
    )


def prepare(kind, event, person, coordinator):
    """Make the world in which a mail of this kind is wanted."""
    part = make_participation(event=event, member=person)
    if kind == "event_seat":
        part.save_answer(answer="yes", mode="in_person", has_seat=True)
    if kind == "event_withdrawn":
        part.save_answer(withdrawn_at=NOW)
    if kind in ("event_cancelled", "event_withdrawn"):
        outbox.notify("event_message", event, [recipient_of(person)], "before", due_at=NOW)
        OutgoingMail.objects.update(state="sent")
    if kind == "event_cancelled":
        event.state, event.cancel_reason = "cancelled", "Illness."
        event.save()
    if kind == "event_reminder":
        part.save_answer(answer="maybe", answer_since=NOW, interested_since=NOW)
        ReminderRule.objects.create(event=event, minutes_before=1440, wording="Bring your letter.")
        plan_reminders(event)
    if kind == "event_changed":
        outbox.notify("event_invitation", event, [recipient_of(person)], "before", due_at=NOW)
        OutgoingMail.objects.update(state="sent", written_at=NOW - timedelta(days=1))


@pytest.mark.django_db
@pytest.mark.parametrize("slug", EVENT_KINDS)
def test_kind_is_written_in_both_parts_with_time_and_zone(slug, group, member, coordinator):
    reader = coordinator if slug == "event_trial" else member
    type(reader).objects.filter(pk=reader.pk).update(time_zone="Pacific/Apia")
    event = make_event(group=group, title="Registries <&> letters", is_chatham_house=True)
    prepare(slug, event, reader, coordinator)
    if slug == "event_message":
        announce(slug, event, [reader.pk], "a", made_by=coordinator, title="Room", paragraph="Use gate B.")
    elif slug == "event_changed":
        before = {**event.snapshot, "place": "Elsewhere"}
        announce(
            slug, event, [reader.pk], "a", made_by=coordinator, detail={"before": before, "settled_at": NOW.isoformat()}
        )
    elif slug == "event_reminder":
        send_out_due(event.starts_at - timedelta(days=1))
        OutgoingMail.objects.update(due_at=NOW)
    else:
        outbox.notify(slug, event, [recipient_of(reader)], "a", due_at=NOW)

    Courier(lambda: NOW + timedelta(minutes=1)).deliver(seconds=20)

    row = OutgoingMail.objects.latest("pk")
    [message] = mailbox.outbox
    html = message.alternatives[0].content
    assert (row.state, row.reason) == ("sent", "")
    assert len(message.subject) <= 60
    assert "UTC+13" in message.body
    assert "Europe" not in message.body
    assert "CEST" in message.body
    assert "UTC" in message.body
    assert "Registries <&> letters" in message.body
    assert "Registries &lt;&amp;&gt; letters" in html
    assert "Chatham House Rule" in message.body
    assert len(html.encode()) < 90_000
    assert "<img" not in html
    assert "~~" not in message.body + html
    assert ("List-Unsubscribe" in message.extra_headers) == KINDS[slug].is_optional
    assert ("Bring your letter." in message.body) == (slug == "event_reminder")
    if slug == "event_message":
        assert (message.subject, "Use gate B." in message.body, "Use gate B." in html) == ("Room", True, True)
