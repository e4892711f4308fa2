"""Names and titles written by strangers run nowhere in the admin: in no list, form, step, history or deletion."""

import re

import pytest
import time_machine
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from apps.core import audit
from apps.core.adminbase import MOST_ROWS
from apps.core.models import AuditEntry
from apps.events.models import Event, Participation
from apps.members.models import Group, Invitation, JoinRequest, Member, Membership, Organisation, Topic
from apps.notifications import outbox
from apps.notifications.models import Announcement, OutgoingMail, Suppression
from apps.notifications.recipients import recipient_of
from apps.publications.models import Circulation, Consultee, Publication
from tests.make import (
    NOW,
    make_circulation,
    make_consultee,
    make_event,
    make_group,
    make_invitation,
    make_join_request,
    make_member,
    make_organisation,
    make_participation,
    make_publication,
    make_topic,
    make_version,
)

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7|add:7 }}\u00a0𝕫'
MARKS = ("<script>alert", "<img src=x", '">\u003cscript', "14\u00a0𝕫")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client, coordinator):
    client.force_login(coordinator)
    return client


@pytest.fixture
def hostile_world(coordinator):
    """One of everything, each text field hostile."""
    group = make_group(name=HOSTILE[:100], purpose=HOSTILE)
    organisation = make_organisation(name=HOSTILE)
    member = make_member("reader@example.org", name=HOSTILE, position=HOSTILE, organisation=organisation, group=group)
    make_topic(title=HOSTILE)
    event = make_event(group=group, title=HOSTILE, place=HOSTILE, lead=HOSTILE, agenda=HOSTILE)
    event.reminder_rules.create(audience="everyone", minutes_before=60, wording=HOSTILE)
    make_participation(event=event, member=member, via_group=group, answer="maybe")
    make_event(group=group, title=HOSTILE, state="draft")
    make_invitation(group=group, name=HOSTILE, organisation=HOSTILE, paragraph=HOSTILE)
    make_join_request(name=HOSTILE, organisation=HOSTILE, motivation=HOSTILE, reason=HOSTILE, group=group)
    outbox.notify("event_invitation", event, [recipient_of(member)], "x")
    OutgoingMail.objects.update(
        state="failed", reason=HOSTILE, subject=HOSTILE, text_body=HOSTILE, html_body=HOSTILE, server_reply=HOSTILE
    )
    Announcement.objects.create(
        kind="event_message", about=event, occasion="x", member_ids=[], title=HOSTILE, paragraph=HOSTILE
    )
    Suppression.objects.create(address="gone@example.org", reason=HOSTILE)
    paper = make_publication(
        group=group,
        title=HOSTILE,
        subtitle=HOSTILE,
        abstract=HOSTILE,
        suggested_citation=HOSTILE,
        authors=(HOSTILE,),
        state="cleared",
        publish_fault=HOSTILE,
    )
    make_version(publication=paper, note=HOSTILE, original_name=HOSTILE, reading="failed", reading_fault=HOSTILE)
    paper.steps.create(state="cleared", at=NOW, by=member, note=HOSTILE)
    circulated = make_publication(group=group, title=HOSTILE, state="circulating")
    circulation = make_circulation(publication=circulated, instructions=HOSTILE, confidentiality=HOSTILE[:300])
    make_consultee(circulation=circulation, member=member, via_group=group)
    audit.record(AuditEntry.Event.ROLE, actor=member, about=member, detail=HOSTILE)
    for row in (event, member, group):
        LogEntry.objects.create(
            user=coordinator,
            content_type=ContentType.objects.get_for_model(row),
            object_id=row.pk,
            object_repr=HOSTILE,
            action_flag=CHANGE,
            change_message=HOSTILE,
        )
    return event


MODELS = (
    Event,
    Participation,
    Member,
    Organisation,
    Group,
    Membership,
    Topic,
    Invitation,
    JoinRequest,
    OutgoingMail,
    Suppression,
    Publication,
    Circulation,
    Consultee,
)


def urls_of(model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    row = model._default_manager.order_by("pk").last()
    yield f"{reverse(f'{name}_changelist')}?q=script"
    yield reverse(f"{name}_changelist")
    yield reverse(f"{name}_change", args=[row.pk])
    yield reverse(f"{name}_history", args=[row.pk])
    yield reverse(f"{name}_delete", args=[row.pk])


def assert_harmless(answer):
    assert answer.status_code in (200, 403), answer
    page = answer.content.decode()
    assert [mark for mark in MARKS if mark in page] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_no_screen_runs_what_was_typed(office, hostile_world, model):
    urls = list(urls_of(model))

    for url in urls:
        assert_harmless(office.get(url))
    assert "&lt;script&gt;" in office.get(urls[1]).content.decode()


def test_no_desk_history_or_message_runs_what_was_typed(office, hostile_world):
    event = hostile_world
    assert_harmless(office.get(reverse("admin:index")))
    assert_harmless(office.get(reverse("admin:events_event_history", args=[event.pk])))
    assert_harmless(office.get(f"{reverse('admin:events_participation_changelist')}?event__id__exact={event.pk}"))

    paper = Publication.objects.get(state="cleared")
    for step in ("file", "clear", "publish", "time", "draft"):
        assert_harmless(office.get(reverse(f"admin:publications_publication_{step}", args=[paper.pk])))

    answer = office.post(reverse("admin:events_event_cancel", args=[event.pk]), {"reason": HOSTILE}, follow=True)

    assert "Event cancelled." in answer.content.decode()
    assert_harmless(answer)
    assert_harmless(office.get(reverse("admin:events_event_history", args=[event.pk])))


def test_no_step_runs_what_was_typed(office, hostile_world):
    event, group = hostile_world, hostile_world.group
    part = event.participations.get()
    make_member("late@example.org", name=HOSTILE, group=group)
    pages = [
        reverse("admin:events_event_invite", args=[event.pk]),
        f"{reverse('admin:events_event_invite', args=[event.pk])}?group={group.pk}",
        reverse("admin:events_event_cancel", args=[event.pk]),
        reverse("admin:events_event_reminders", args=[event.pk]),
        reverse("admin:events_event_export", args=[event.pk]),
        f"{reverse('admin:events_participation_withdraw')}?id={part.pk}",
        f"{reverse('admin:members_member_suspend')}?id={part.member_id}",
        f"{reverse('admin:members_invitation_send')}?id={Invitation.objects.get().pk}",
        f"{reverse('admin:members_joinrequest_approve')}?id={JoinRequest.objects.get().pk}",
        f"{reverse('admin:members_joinrequest_decline')}?id={JoinRequest.objects.get().pk}",
        f"{reverse('admin:notifications_outgoingmail_send-again')}?id={OutgoingMail.objects.get().pk}",
    ]

    for url in pages:
        answer = office.get(url)
        assert_harmless(answer)
        assert re.search("&lt;script&gt;|Export", answer.content.decode()), url


NO_NUMBER_OF_ANY_ROW = "9" * 30
ODD = ("no-number", "1e309", "-1", "a\r\nBcc: x@example.net", "\u202eabc\u2066", "A" * 20_000)


def sent_with(page, value):
    """What the form on the page sends, each field of it and of its rows holding ``value``. A participation's only field
    is whether somebody came, for which any such value says "unknown".
    """
    data = {}
    forms = [page.context["adminform"].form]
    for rows in page.context["inline_admin_formsets"]:
        held = rows.formset.management_form
        data |= {held.add_prefix(name): number for name, number in held.initial.items()}
        forms += rows.formset.forms
    for form in forms:
        data |= {form.add_prefix(name) + part: value for name in form.fields for part in ("", "_0", "_1")}
    return data


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_no_form_fails_on_what_fits_no_field(office, hostile_world, model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    row = model._default_manager.order_by("pk").last()
    for url in (reverse(f"{name}_add"), reverse(f"{name}_change", args=[row.pk])):
        page = office.get(url)
        if page.status_code == 403 or not page.context["adminform"].form.fields:
            continue
        if page.context["change"] and not page.context["has_change_permission"]:
            assert office.post(url, sent_with(page, ODD[0])).status_code == 403
            continue
        answers = [office.post(url, sent_with(page, value)) for value in ODD]
        assert {answer.status_code for answer in answers} == {302 if model is Participation else 200}
        assert all("errornote" in answer.text for answer in answers if answer.status_code == 200)
        assert office.post(url, sent_with(page, NO_NUMBER_OF_ANY_ROW)).status_code in (200, 302, 400)


def test_list_sent_with_a_huge_number_of_rows_reads_as_many_as_it_may_show(office, hostile_world):
    sent = {"form-TOTAL_FORMS": NO_NUMBER_OF_ANY_ROW[:9], "form-INITIAL_FORMS": "0", "_save": "Save"}

    page = office.post(reverse("admin:events_participation_changelist"), sent)

    assert (page.status_code, len(page.context["cl"].formset.forms)) == (200, 200)


@pytest.mark.parametrize("model", [Event, Publication], ids=lambda model: model._meta.model_name)
def test_form_sent_with_a_huge_number_of_rows_comes_back_with_as_many_as_may_be_kept(office, hostile_world, model):
    """Django draws up to 2,000, which holds up the web process for as good as a minute."""
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
    sent = sent_with(office.get(url), "")
    (total,) = [name for name in sent if name.endswith("-TOTAL_FORMS")]

    page = office.post(url, sent | {total: NO_NUMBER_OF_ANY_ROW})

    (rows,) = page.context["inline_admin_formsets"]
    assert (page.status_code, len(rows.formset.forms)) == (200, MOST_ROWS)
    assert f"Please submit at most {MOST_ROWS} forms." in page.text
