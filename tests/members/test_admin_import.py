"""Bringing people in from a file, on the coordinator's own screen."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.members.models import Invitation
from apps.notifications.models import OutgoingMail
from tests.make import NOW, make_invitation, make_topic

URL = "/admin/members/invitation/import/"
GOOD = "email;name;role;topics\nada@example.net;Ada Łąka;chair;registries\nbo@example.net;Bo;;\n"


@pytest.fixture
def office(client, coordinator):
    client.force_login(coordinator)
    return client


def send(office, group, text, name="people.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    return office.post(URL, {"file": SimpleUploadedFile(name, content), "group": group.pk})


def lists_on(page):
    """Each list of the page by its heading."""
    found = re.findall(
        r"<(?:summary|h2)>([^<]*)</(?:summary|h2)>\s*<ul class=\"affected\"[^>]*>(.*?)</ul>", page, re.DOTALL
    )
    return {
        " ".join(head.split()): [unescape(line) for line in re.findall(r"<bdi>(.*?)</bdi>", rows)]
        for head, rows in found
    }


def chosen_on(page):
    return re.search(r'name="chosen" value="([^"]+)"', page)[1]


def test_file_is_shown_whole_before_anything_is_saved(office, group, member):
    make_topic(title="Registries")
    make_invitation(group=group, address="known@example.net", state="sent")
    text = f"{GOOD}known@example.net;;;\n{member.email};;;\nnot an address;;;\n"

    page = send(office, group, text).text

    shown = lists_on(page)
    assert shown["Concerned: 2"] == ["Ada Łąka · ada@example.net · chair", "Bo · bo@example.net · member"]
    assert [line.partition(":")[0] for line in shown["Left out"]] == ["line 6, email"]
    assert [line.partition(",")[0] for line in shown["Skipped, here already"]] == ["line 4", "line 5"]
    assert Invitation.objects.count() == 1


def test_confirmed_file_becomes_prepared_invitations_and_no_mail_once(office, group, coordinator):
    topic = make_topic(title="Registries")
    chosen = chosen_on(send(office, group, GOOD).text)

    answer = office.post(URL, {"chosen": chosen, "_confirm": "1"}, follow=True)
    again = office.post(URL, {"chosen": chosen, "_confirm": "1"}, follow=True)

    ada, bo = Invitation.objects.order_by("pk")
    assert (ada.address, ada.name, ada.role, ada.state, ada.invited_by) == (
        "ada@example.net",
        "Ada Łąka",
        "chair",
        "prepared",
        coordinator,
    )
    assert (list(ada.topics.all()), bo.group) == ([topic], group)
    assert "2 invitations are prepared. Nothing is sent yet" in answer.text
    assert answer.request["QUERY_STRING"] == f"state__exact=prepared&group__id__exact={group.pk}"
    assert "This was done already." in again.text
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("name\nAda\n", "with “email” among them"),
        (b"\xff\xfee\x00m\x00", "UTF-16"),
        ("email\n" + "x" * (512 * 1024), "larger than 500 KB"),
        ("", "empty"),
    ],
)
def test_file_that_is_no_list_is_refused_at_its_field(office, group, content, words):
    page = send(office, group, content).text

    assert words in unescape(page)
    assert "chosen" not in page
    assert not Invitation.objects.exists()


def test_file_of_nobody_new_offers_nothing_to_press(office, group, member):
    page = send(office, group, f"email\n{member.email}\n").text

    assert "Nobody to invite" in page
    assert "_confirm" not in page


def test_what_was_altered_or_lies_for_long_is_not_imported(office, group):
    chosen = chosen_on(send(office, group, GOOD).text)

    altered = office.post(URL, {"chosen": f"x{chosen}", "_confirm": "1"}, follow=True)
    with time_machine.travel(NOW + timedelta(days=3000)):
        office.force_login(altered.context["user"])
        late = office.post(URL, {"chosen": chosen, "_confirm": "1"}, follow=True)

    assert all("open for too long" in answer.text for answer in (altered, late))
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "member", "chair", "observer", "suspended"])
def test_screen_is_closed_to_everyone_but_staff(client, request, group, who):
    person = request.getfixturevalue(who)
    if person:
        client.force_login(person)

    assert {client.get(URL).status_code, send(client, group, GOOD).status_code} <= {302, 403}
    assert not Invitation.objects.exists()


def test_list_of_invitations_leads_there(office):
    assert f'href="{URL}"' in office.get(reverse("admin:members_invitation_changelist")).text
