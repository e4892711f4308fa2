"""A form of the admin that is sent several times at one moment is saved once, and the others say what is wrong.

SQLite lets one request in after the other, and on PostgreSQL threads may miss each other: the first test makes the form
that comes second find nothing in its way until it is saved.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from unittest import mock

import pytest
from django.contrib.admin import ModelAdmin
from django.core.exceptions import ObjectNotUpdated
from django.db import IntegrityError, connection
from django.db.models.signals import pre_save
from django.test import Client

from apps.core.refused import Refused
from apps.events.models import Event, Occasion
from apps.members.actions import demote_member, save_profile, suspend_member
from apps.members.models import Group, Invitation, Member, Organisation, Phase, Topic
from apps.notifications.models import Suppression
from tests.make import NOW, PASSWORD, make_group, make_invitation, make_member, make_organisation

TIMES = 4
NO_RULES = {f"reminder_rules-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
FORMS = {
    Organisation: {"name": "Institute", "stakeholder_group": "ngo"},
    Topic: {"title": "Registries", "slug": "registries", "position": "1"},
    Group: {"name": "Task force", "slug": "task-force", "visibility": "group"},
    Phase: {"name": "First", "starts_on": "2030-01-01", "ends_on": "2030-12-31"},
    Suppression: {"address": "gone@example.org"},
    Invitation: {"address": "guest@example.net", "role": "member", "language": "en", "time_zone": "UTC"},
    Event: {
        "title": "Talk",
        "slug": "talk",
        "kind": Event.Kind.MEETING,
        "visibility": "group",
        "format": Event.Format.ONLINE,
        "participants_hidden": "unknown",
        "time_zone": "UTC",
        "starts_at": f"{NOW.year + 9}-01-01T09:00",
        "ends_at": f"{NOW.year + 9}-01-01T10:00",
        **NO_RULES,
    },
}


WORDS = {
    Organisation: {"name": ["There is an organisation of this name already."]},
    Topic: {"slug": ["Topic with this Short name in addresses already exists."]},
    Group: {
        "name": ["Group with this Name already exists."],
        "slug": ["Group with this Short name in addresses already exists."],
    },
    Phase: {"name": ["Phase with this Name already exists."]},
    Suppression: {"__all__": ["This address is suppressed already."]},
    Invitation: {"__all__": ["This address has an open invitation to the group already."]},
    Event: {"slug": ["Event with this Short name in addresses already exists."]},
}


@pytest.mark.django_db
@pytest.mark.parametrize("model", FORMS, ids=lambda model: model._meta.model_name)
def test_form_that_another_overtakes_while_it_is_saved_says_what_is_there_already(model, monkeypatch):
    staff = make_member("staff@example.org", is_staff=True, password=PASSWORD)
    fields = FORMS[model] | {"group": make_group().pk}
    count = model._default_manager.count()
    path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/add/"
    first, second = Client(), Client()
    for client in (first, second):
        client.force_login(staff)
        client.get(path)
    plain, overtaken = ModelAdmin.changeform_view, []

    def overtake(sender, **_signal):
        if not overtaken:
            overtaken.append(sender)
            raise IntegrityError

    def rolled_back(admin, request, *args, **kwargs):
        try:
            return plain(admin, request, *args, **kwargs)
        except IntegrityError:
            overtaken.append(first.post(path, fields).status_code)
            raise

    monkeypatch.setattr(ModelAdmin, "changeform_view", rolled_back)
    pre_save.connect(overtake, sender=model)
    try:
        answer = second.post(path, fields)
    finally:
        pre_save.disconnect(overtake, sender=model)

    assert (overtaken, answer.status_code) == ([model, 302], 200)
    assert answer.context["adminform"].form.errors == WORDS[model]
    assert all(word in answer.text for words in WORDS[model].values() for word in words)
    assert model._default_manager.count() == count + 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", FORMS, ids=lambda model: model._meta.model_name)
def test_form_sent_several_times_at_once_is_saved_once_and_never_fails(model):
    staff = make_member("staff@example.org", is_staff=True, password=PASSWORD)
    fields = FORMS[model] | {"group": make_group().pk}
    count = model._default_manager.count()
    path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/add/"
    clients = [Client(raise_request_exception=False) for _each in range(TIMES)]
    for client in clients:
        client.force_login(staff)
        client.get(path)

    def send(client):
        try:
            return client.post(path, fields)
        finally:
            connection.close()

    with ThreadPoolExecutor(TIMES) as threads:
        answers = list(threads.map(send, clients))

    assert sorted(answer.status_code for answer in answers) == [200] * (TIMES - 1) + [302]
    assert all("errornote" in answer.text for answer in answers if answer.status_code == 200)
    assert not any("Constraint" in answer.text for answer in answers)
    assert model._default_manager.count() == count + 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "path", "meanwhile"),
    [
        (Member, "members/member", {"status": "suspended", "is_active": False, "shows_country": False}),
        (Invitation, "members/invitation", {"state": "accepted", "nonce": "other"}),
    ],
    ids=["member", "invitation"],
)
def test_what_becomes_of_a_row_while_its_form_is_saved_stands(model, path, meanwhile, group, coordinator, client):
    """SQLite lets nobody in between; here the other writes in the very request, once the row is read."""
    row = make_member(name="Mina") if model is Member else make_invitation(group=group)
    client.force_login(coordinator)
    url = f"/admin/{path}/{row.pk}/change/"
    sent = {"name": "Renamed", "language": "en", "time_zone": "UTC"}
    sent |= {f"memberships-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}

    def happen(sender, instance, **_signal):
        model._default_manager.filter(pk=instance.pk).update(**meanwhile)

    pre_save.connect(happen, sender=model)
    try:
        answer = client.post(url, sent)
    finally:
        pre_save.disconnect(happen, sender=model)

    assert answer.status_code == 302
    row.refresh_from_db()
    assert {name: getattr(row, name) for name in meanwhile} == meanwhile
    assert row.name == "Renamed"


@pytest.mark.django_db
def test_row_that_is_deleted_while_its_form_is_saved_stays_deleted(coordinator, client):
    organisation = make_organisation(name="Institute")
    client.force_login(coordinator)

    def happen(sender, **_signal):
        Organisation.objects.filter(pk=organisation.pk).delete()

    plain = ModelAdmin.changeform_view
    gone = []

    def settled(admin, request, *args, **kwargs):
        """What the other has deleted stays so when this request is rolled back."""
        try:
            return plain(admin, request, *args, **kwargs)
        except ObjectNotUpdated:
            gone.append(True)
            Organisation.objects.filter(pk=organisation.pk).delete()
            raise

    pre_save.connect(happen, sender=Organisation)
    try:
        with mock.patch.object(ModelAdmin, "changeform_view", settled):
            answer = client.post(
                f"/admin/members/organisation/{organisation.pk}/change/", {"name": "Other", "stakeholder_group": "ngo"}
            )
    finally:
        pre_save.disconnect(happen, sender=Organisation)

    assert (gone, answer.status_code, answer.url) == ([True], 302, "/admin/")
    assert not Organisation.objects.filter(pk=organisation.pk).exists()


@pytest.mark.django_db
def test_form_that_lay_open_does_not_undo_what_the_person_changed_meanwhile(coordinator, client, member):
    client.force_login(coordinator)
    url = f"/admin/members/member/{member.pk}/change/"
    page = client.get(url)
    opened = page.context["adminform"].form["version"].value()
    no_rows = {f"memberships-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    fields = {"name": "Mina Member", "position": "", "language": "en", "time_zone": "UTC", "country": "KE"}
    sent = no_rows | fields | {"version": opened}
    assert f'name="version" value="{opened}"' in page.text
    save_profile(actor=member, member=member, organisation="", topics=[], position="Negotiator")

    stale = client.post(url, sent)

    member.refresh_from_db()
    assert (stale.status_code, member.position, member.country.code) == (200, "Negotiator", "")
    assert "Somebody else saved this meanwhile." in stale.text
    assert "What differs: Position, Country." in stale.text
    form = stale.context["adminform"].form
    assert (form["country"].value(), form["position"].value()) == ("KE", "")
    again = client.post(url, sent | {"version": form["version"].value()})
    member.refresh_from_db()
    assert (again.status_code, member.position, member.country.code) == (302, "", "KE")


ROWS = {
    Organisation: {"name": "Institute", "stakeholder_group": "ngo"},
    Topic: {"title": "Registries", "slug": "registries", "position": "1"},
    Group: {"name": "Task force", "slug": "task-force", "visibility": "group"},
    Phase: {"name": "First", "starts_on": "2030-01-01", "ends_on": "2030-12-31"},
    Occasion: {"name": "Conference", "kind": "cop", "starts_on": "2030-01-01", "ends_on": "2030-01-09"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("model", ROWS, ids=lambda model: model._meta.model_name)
def test_form_of_a_row_that_another_saved_meanwhile_saves_nothing_at_first(model, coordinator, client):
    client.force_login(coordinator)
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    assert client.post(f"{base}add/", ROWS[model]).status_code == 302
    row = model._default_manager.order_by("pk").last()
    url = f"{base}{row.pk}/change/"
    [name] = {"name", "title"} & ROWS[model].keys()
    page = client.get(url)
    assert page.text.count('id="id_version"') == 1
    seen = {"version": page.context["adminform"].form["version"].value()}
    first, second = ({**ROWS[model], name: value} for value in ("One", "Other"))

    answers = [client.post(url, sent | seen).status_code for sent in (first, first, second)]

    assert answers == [302, 302, 200]
    row.refresh_from_db()
    assert getattr(row, name) == "One"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [demote_member, suspend_member], ids=lambda act: act.__name__)
def test_two_coordinators_who_shut_each_other_out_at_once_leave_one(act, monkeypatch):
    """Both would find the other in place, were they not let in one after the other."""
    first, second = (make_member(f"staff{number}@example.org", is_staff=True) for number in (1, 2))
    both_are_there, both_have_looked = Barrier(2, timeout=20), Barrier(2, timeout=2)
    plain = Member.save

    def save(member, *args, **kwargs):
        with suppress(BrokenBarrierError):
            both_have_looked.wait()
        return plain(member, *args, **kwargs)

    monkeypatch.setattr(Member, "save", save)

    def shut_out(actor, member):
        connection.ensure_connection()
        both_are_there.wait()
        try:
            act(actor=actor, member=member)
        except Refused:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as threads:
        ends = list(threads.map(shut_out, (first, second), (second, first)))

    assert sorted(ends) == ["done", "refused"]
    assert Member.objects.active().filter(is_staff=True).count() == 1
