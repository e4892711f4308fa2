"""Members in the admin: found and corrected; closed, opened and given rights only after a look at whom it concerns."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import escape

from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.actions import resend_invitation, save_group
from apps.members.models import Group, Invitation, Member, Membership
from apps.notifications.models import OutgoingMail
from tests.make import NOW, make_group, make_invitation, make_member, make_organisation, make_topic

LIST = "admin:members_member_changelist"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client, coordinator):
    client.force_login(coordinator)
    return client


@pytest.fixture
def second_coordinator(db):
    return make_member("second@example.org", name="Sven Second", is_staff=True)


def prove_identity(browser, person):
    """Note in the browser's session that the person has just typed their password."""
    request = HttpRequest()
    request.session = browser.session
    record_authentication(request, person, method="password")
    request.session.save()


def step_url(slug, *members):
    return f"{reverse(f'admin:members_member_{slug}')}?{'&'.join(f'id={member.pk}' for member in members)}"


def confirm(office, slug, *members, **data):
    """Open the confirming page and press its button."""
    page = office.get(step_url(slug, *members))
    chosen = re.search(r'name="chosen" value="([^"]+)"', page.content.decode())[1]
    url = reverse(f"admin:members_member_{slug}")
    return page.content.decode(), office.post(url, {"chosen": chosen, **data}, follow=True).content.decode()


# Another address.


def address_url(person):
    return reverse("admin:members_member_address", args=[person.pk])


def test_another_address_is_given_after_a_look_at_what_follows(office, coordinator, member):
    prove_identity(office, coordinator)

    page = office.get(address_url(member)).content.decode()
    after = office.post(address_url(member), {"address": "Mina@Ministry.example"}, follow=True).content.decode()

    assert "Change the address of Mina Member?" in page
    assert "Mina Member · member@example.org · Working group" in page
    assert "Address changed. The old and the new one are told." in after
    member.refresh_from_db()
    assert member.email == "mina@ministry.example"
    assert address_url(member) in after


def test_giving_an_address_asks_for_a_fresh_login(office, coordinator, member):
    with time_machine.travel(NOW - timedelta(minutes=16), tick=False):
        prove_identity(office, coordinator)

    answers = [office.get(address_url(member)), office.post(address_url(member), {"address": "new@example.net"})]

    assert {answer.url.partition("?")[0] for answer in answers} == {reverse("account_reauthenticate")}
    member.refresh_from_db()
    assert member.email == "member@example.org"


@pytest.mark.parametrize("who", ["stranger", "member", "chair", "suspended"])
def test_giving_an_address_is_closed_to_everyone_but_staff(client, request, other_member, who):
    person = request.getfixturevalue(who)
    if person:
        client.force_login(person)
        prove_identity(client, person)

    answers = [
        client.get(address_url(other_member)),
        client.post(address_url(other_member), {"address": "a@b.example"}),
    ]

    assert {answer.status_code for answer in answers} == {302 if who in ("stranger", "suspended") else 403}
    other_member.refresh_from_db()
    assert other_member.email == "other@example.org"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("chair@EXAMPLE.org", "There is an account with this address already."),
        ("member@example.org", "the member&#x27;s address already."),
        ("no address", "Enter a valid email address."),
        ("<b>@example.net", "Enter a valid email address."),
        ("ſtaff@example.net", "plain letters only"),
        ("x" * 300 + "@example.net", "at most 254 characters"),
        ("", "This field is required."),
    ],
)
def test_an_address_that_can_not_be_is_said_beside_what_was_typed(office, coordinator, chair, member, typed, said):
    prove_identity(office, coordinator)

    page = office.post(address_url(member), {"address": typed}).content.decode()

    assert said in page
    assert escape(typed) in page
    member.refresh_from_db()
    assert member.email == "member@example.org"


STEPS = ["suspend", "reinstate", "depart", "end-sessions", "promote", "demote"]


@pytest.mark.parametrize("slug", STEPS)
@pytest.mark.parametrize("who", ["stranger", "member", "chair", "suspended"])
def test_a_step_is_closed_to_everyone_but_staff(client, request, other_member, slug, who):
    person = request.getfixturevalue(who)
    if person:
        client.force_login(person)

    answers = [client.get(step_url(slug, other_member)), client.post(reverse(f"admin:members_member_{slug}"))]

    assert {answer.status_code for answer in answers} == {302 if who in ("stranger", "suspended") else 403}
    other_member.refresh_from_db()
    assert (other_member.status, other_member.is_staff) == ("active", False)


def test_suspending_asks_first_and_closes_the_account_at_once(office, member, client):
    UserSession.objects.create(user=member, ip="127.0.0.1", session_key="x", user_agent="")

    page, after = confirm(office, "suspend", member)

    assert "Suspend 1 person?" in page
    assert "Mina Member · member@example.org · Working group" in page
    member.refresh_from_db()
    assert member.status == Member.Status.SUSPENDED
    assert not UserSession.objects.filter(user=member).exists()
    assert "1 person is suspended." in after
    assert AuditEntry.objects.get(event="status").detail == "suspended"


def test_the_confirming_page_changes_nothing_by_itself(office, member):
    for slug in ("suspend", "depart", "end-sessions"):
        assert office.get(step_url(slug, member)).status_code == 200

    member.refresh_from_db()
    assert member.status == Member.Status.ACTIVE
    assert not AuditEntry.objects.filter(event="status").exists()


def test_confirming_twice_suspends_once(office, member):
    page = office.get(step_url("suspend", member))
    chosen = re.search(r'name="chosen" value="([^"]+)"', page.content.decode())[1]
    url = reverse("admin:members_member_suspend")

    office.post(url, {"chosen": chosen})
    second = office.post(url, {"chosen": chosen}, follow=True)

    assert AuditEntry.objects.filter(event="status").count() == 1
    assert "This was done already." in second.content.decode()


def test_many_are_chosen_in_the_list_and_only_those_it_fits_are_concerned(office, member, suspended, other_member):
    data = {"action": "suspend", "_selected_action": [member.pk, suspended.pk, other_member.pk]}

    page = office.post(reverse(LIST), data)
    chosen = re.search(r'name="chosen" value="([^"]+)"', page.content.decode())[1]
    office.post(reverse("admin:members_member_suspend"), {"chosen": chosen})

    assert "Suspend 2 people?" in page.content.decode()
    assert "Left as they are" in page.content.decode()
    assert Member.objects.get_queryset().filter(status="suspended").count() == 3


def test_too_many_at_a_time_are_refused(office):
    Member.objects.bulk_create(Member(email=f"many{number}@example.org", name="Many") for number in range(250))

    answer = office.post(
        reverse(LIST), {"action": "suspend", "_selected_action": ["1"], "select_across": "1"}, follow=True
    )

    assert "Please choose at most 200 at a time." in answer.content.decode()


def test_nobody_suspends_themselves_and_the_reason_is_shown(office, coordinator, second_coordinator):
    _page, after = confirm(office, "suspend", coordinator)

    coordinator.refresh_from_db()
    assert coordinator.is_active
    assert "Nobody closes their own account here." in after


def test_reinstating_opens_the_account(office, suspended):
    _page, after = confirm(office, "reinstate", suspended)

    suspended.refresh_from_db()
    assert suspended.is_active
    assert "1 person is reinstated." in after


def test_departing_ends_memberships(office, member):
    confirm(office, "depart", member)

    member.refresh_from_db()
    assert member.status == Member.Status.DEPARTED
    assert member.memberships.get().ended_on == NOW.date()


def test_sessions_are_ended(office, member):
    UserSession.objects.create(user=member, ip="127.0.0.1", session_key="x", user_agent="")

    confirm(office, "end-sessions", member)

    assert not UserSession.objects.filter(user=member).exists()


def test_giving_rights_asks_for_a_fresh_login(office, coordinator, member):
    with time_machine.travel(NOW - timedelta(minutes=16), tick=False):
        prove_identity(office, coordinator)

    page = office.get(step_url("promote", member))
    post = office.post(reverse("admin:members_member_promote"), {"chosen": "x"})

    assert page.url.startswith(reverse("account_reauthenticate"))
    assert f"id%3D{member.pk}" in page.url
    assert post.url.startswith(reverse("account_reauthenticate"))
    member.refresh_from_db()
    assert not member.is_staff


def test_rights_are_given_and_taken_with_a_record(office, coordinator, member):
    prove_identity(office, coordinator)

    page, after = confirm(office, "promote", member)

    member.refresh_from_db()
    assert member.is_staff
    assert "sees every group" in page
    assert "1 person is a coordinator." in after

    confirm(office, "demote", member)

    member.refresh_from_db()
    assert not member.is_staff
    assert list(AuditEntry.objects.filter(event="role").values_list("detail", flat=True)) == [
        "staff",
        "no longer staff",
    ]


def test_the_form_sets_neither_password_nor_rights_nor_address(office, member):
    url = reverse("admin:members_member_change", args=[member.pk])
    data = {
        "name": "Mina Renamed",
        "position": "",
        "organisation": "",
        "country": "KE",
        "language": "en",
        "time_zone": "Africa/Nairobi",
        "is_staff": "on",
        "is_superuser": "on",
        "status": "departed",
        "email": "taken@example.org",
        "password": "new",
        **inline(member),
    }

    page = office.get(url).content.decode()
    office.post(url, data)

    password = member.password
    member.refresh_from_db()
    assert 'name="password' not in page
    assert member.password not in page
    assert (member.name, member.country.code, str(member.time_zone)) == ("Mina Renamed", "KE", "Africa/Nairobi")
    assert (member.is_staff, member.is_superuser, member.status) == (False, False, "active")
    assert (member.email, member.password) == ("member@example.org", password)


def inline(member, *new, **changed):
    """The memberships as the form shows them."""
    rows = list(member.memberships.filter(ended_on=None).order_by("group__name", "pk"))
    data = {"memberships-TOTAL_FORMS": len(rows) + len(new), "memberships-INITIAL_FORMS": len(rows)}
    for number, row in enumerate(rows):
        data |= {
            f"memberships-{number}-id": row.pk,
            f"memberships-{number}-member": member.pk,
            f"memberships-{number}-group": row.group_id,
            f"memberships-{number}-role": row.role,
            f"memberships-{number}-started_on": row.started_on,
        }
    for number, fields in enumerate(new, start=len(rows)):
        data |= {f"memberships-{number}-member": member.pk, f"memberships-{number}-started_on": "2027-01-01"}
        data |= {f"memberships-{number}-{name}": value for name, value in fields.items()}
    return {**data, **changed}


def test_roles_are_changed_and_added_on_the_members_page_with_a_record(office, member, group, other_group):
    new = {"group": other_group.pk, "role": "observer"}
    data = {"name": member.name, "language": "en", "time_zone": "UTC", **inline(member, new)}

    office.post(
        reverse("admin:members_member_change", args=[member.pk]), {**data, "memberships-0-role": "chair"}, follow=True
    )

    assert dict(member.memberships.values_list("group", "role")) == {group.pk: "chair", other_group.pk: "observer"}
    details = set(AuditEntry.objects.filter(event="role").values_list("detail", flat=True))
    assert details == {f"group {group.pk}: member to chair", f"group {other_group.pk}: observer"}


def test_a_second_membership_in_one_group_is_refused_beside_the_form(office, member, group):
    data = {"name": member.name, "language": "en", "time_zone": "UTC"}
    data |= inline(member, {"group": group.pk, "role": "observer"})

    answer = office.post(reverse("admin:members_member_change", args=[member.pk]), data)

    assert answer.status_code == 200
    assert member.memberships.count() == 1


def test_members_are_not_added_or_deleted_here(office, member):
    assert office.get("/admin/members/member/add/").status_code == 403
    assert office.post(reverse("admin:members_member_delete", args=[member.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "lima"}, ["Lía Lima"]),
        ({"q": "institute of trees"}, ["Lía Lima"]),
        ({"status__exact": "suspended"}, ["Sam Shut"]),
        ({"is_staff__exact": "1"}, ["Cora Coordinator"]),
        ({"stakeholders": "ngo"}, ["Lía Lima"]),
        ({"country": "PE"}, ["Lía Lima"]),
        ({"group": "{group}"}, ["Lía Lima"]),
        ({"group": "rubbish"}, ["Cora Coordinator", "Lía Lima", "Sam Shut"]),
    ],
)
def test_members_are_found(office, query, names):
    organisation = make_organisation(name="Institute of Trees", stakeholder_group="ngo")
    group = make_group()
    make_member("lia@example.org", name="Lía Lima", organisation=organisation, country="PE", group=group)
    shut = make_member(name="Sam Shut", group=group)
    shut.become(Member.Status.SUSPENDED)
    shut.memberships.update(ended_on=NOW)

    page = office.get(reverse(LIST), {name: value.format(group=group.pk) for name, value in query.items()})

    assert [member.name for member in page.context["cl"].result_list] == names


def test_a_field_that_picks_people_offers_only_active_ones(office, member, suspended):
    query = {"app_label": "events", "model_name": "participation", "field_name": "member", "term": "example.org"}

    found = office.get(reverse("admin:autocomplete"), query).json()["results"]

    assert [row["text"] for row in found] == ["Cora Coordinator", "Mina Member"]


def test_autocomplete_is_closed_to_everyone_but_staff(client, chair):
    client.force_login(chair)
    query = {"app_label": "events", "model_name": "participation", "field_name": "member", "term": "a"}

    assert client.get(reverse("admin:autocomplete"), query).status_code == 403


# Groups and memberships.


def test_a_group_links_to_its_present_members(office, group, member, chair):
    member.memberships.update(ended_on=NOW)

    page = office.get(reverse("admin:members_group_change", args=[group.pk])).content.decode()
    link = re.search(r'href="([^"]+ended_on__isnull=True)"', page)[1].replace("&amp;", "&")

    listed = office.get(link).context["cl"].result_list
    assert [membership.member for membership in listed] == [chair]


def test_a_group_shown_to_others_than_before_is_on_the_record(office, coordinator, group):
    url = reverse("admin:members_group_change", args=[group.pk])
    data = {"name": "Renamed", "slug": group.slug, "visibility": "members"}
    office.post(url, data)
    assert not AuditEntry.objects.filter(event="visibility").exists()

    office.post(url, {**data, "visibility": "coordinators"})

    entry = AuditEntry.objects.get(event="visibility")
    assert (entry.actor, entry.about_id, entry.detail) == (coordinator, group.pk, "members>coordinators")
    group.refresh_from_db()
    assert (group.name, group.visibility) == ("Renamed", "coordinators")


def test_a_new_group_is_made_with_its_visibility(office):
    office.post(reverse("admin:members_group_add"), {"name": "New", "slug": "new", "visibility": "coordinators"})

    assert list(Group.objects.values_list("name", "visibility")) == [("New", "coordinators")]


@pytest.mark.parametrize("who", ["chair", None])
def test_a_group_is_changed_by_staff_only(request, group, who):
    group.visibility = "public"

    if who:
        with pytest.raises(Refused):
            save_group(actor=request.getfixturevalue(who), group=group)
    else:
        save_group(actor=None, group=group)

    group.refresh_from_db()
    assert group.visibility == ("members" if who else "public")


def test_ending_a_membership_asks_first_and_is_on_the_record(office, group, member):
    membership = member.memberships.get()
    url = reverse("admin:members_membership_end")
    page = office.get(f"{url}?id={membership.pk}")
    assert Membership.objects.get().ended_on is None
    chosen = re.search(r'name="chosen" value="([^"]+)"', page.content.decode())[1]

    office.post(url, {"chosen": chosen})

    assert Membership.objects.get().ended_on == NOW.date()
    assert AuditEntry.objects.get(event="role").detail == f"group {group.pk}: ended"


def test_a_membership_is_added_once_with_a_record(office, group, other_member):
    data = {"group": group.pk, "member": other_member.pk, "role": "member", "started_on": "2027-01-01"}

    office.post(reverse("admin:members_membership_add"), data)
    second = office.post(reverse("admin:members_membership_add"), data)

    assert other_member.memberships.filter(group=group).count() == 1
    assert "This person is in the group already." in second.content.decode()
    assert AuditEntry.objects.filter(event="role").count() == 1


def test_a_membership_that_would_begin_later_is_refused(office, group, other_member):
    data = {"group": group.pk, "member": other_member.pk, "role": "chair", "started_on": "2027-03-02"}

    answer = office.post(reverse("admin:members_membership_add"), data)

    assert "Enter the start on the day itself: rights begin at once." in answer.content.decode()
    assert not other_member.memberships.filter(group=group).exists()


def test_a_group_with_members_is_not_deleted(office, group, member):
    empty = make_group()

    full = office.post(reverse("admin:members_group_delete", args=[group.pk]), {"post": "yes"})
    office.post(reverse("admin:members_group_delete", args=[empty.pk]), {"post": "yes"})

    assert full.status_code == 403
    assert list(type(group).objects.all()) == [group]


# Invitations.


def invitation_data(group, **changed):
    return {
        "address": "New.Person@Example.net",
        "group": group.pk,
        "role": "member",
        "paragraph": "Welcome.",
        "name": "Nia New",
        "language": "en",
        "time_zone": "Africa/Nairobi",
        "topics": [make_topic().pk],
        **changed,
    }


def test_an_invitation_is_prepared_then_sent_anew_and_taken_back(office, group, coordinator):
    added = office.post(reverse("admin:members_invitation_add"), invitation_data(group), follow=True).text

    invitation = Invitation.objects.get()
    send_url = f"{reverse('admin:members_invitation_send')}?id={invitation.pk}"
    assert f'nobody has a mail of it. <a href="{send_url}">Send it</a>' in added
    assert (invitation.address, invitation.state) == ("new.person@example.net", "prepared")
    assert (invitation.invited_by, invitation.topics.count(), invitation.paragraph) == (coordinator, 1, "Welcome.")

    rounds = []
    for slug in ("send", "resend", "revoke"):
        url = reverse(f"admin:members_invitation_{slug}")
        page = office.get(f"{url}?id={invitation.pk}")
        chosen = re.search(r'name="chosen" value="([^"]+)"', page.content.decode())[1]
        office.post(url, {"chosen": chosen})
        invitation.refresh_from_db()
        rounds.append((invitation.state, invitation.round))

    assert rounds == [("sent", 1), ("sent", 2), ("revoked", 2)]


def test_inviting_a_present_member_is_refused_in_the_form(office, group, member):
    answer = office.post(reverse("admin:members_invitation_add"), invitation_data(group, address=member.email))

    assert answer.status_code == 200
    assert "This person is in the group already." in answer.content.decode()
    assert 'value="Nia New"' in answer.content.decode()
    assert not Invitation.objects.exists()


def test_a_second_open_invitation_is_refused_in_the_form(office, group):
    make_invitation(group=group, address="new.person@example.net")

    answer = office.post(reverse("admin:members_invitation_add"), invitation_data(group))

    assert answer.status_code == 200
    assert "This address has an open invitation to the group already." in answer.content.decode()


def test_an_invitation_keeps_its_address_group_and_role(office, group, other_group):
    invitation = make_invitation(group=group, address="kept@example.net")
    data = invitation_data(other_group, address="changed@example.net", role="chair", name="Known")

    office.post(reverse("admin:members_invitation_change", args=[invitation.pk]), data)

    invitation.refresh_from_db()
    assert (invitation.address, invitation.group, invitation.role) == ("kept@example.net", group, "member")
    assert invitation.name == "Known"


def test_a_settled_invitation_is_only_read(office, group):
    invitation = make_invitation(group=group, state="accepted")
    url = reverse("admin:members_invitation_change", args=[invitation.pk])

    assert 'name="_save"' not in office.get(url).content.decode()
    assert office.post(url, invitation_data(group)).status_code == 403


def test_the_link_of_an_invitation_stands_on_no_screen(office, group):
    invitation = make_invitation(group=group, state="sent", expires_at=NOW + timedelta(days=3))

    urls = [
        reverse("admin:members_invitation_changelist"),
        reverse("admin:members_invitation_change", args=[invitation.pk]),
    ]
    pages = "".join(office.get(url).content.decode() for url in urls)

    assert invitation.address in pages
    assert invitation.token not in pages
    assert invitation.nonce not in pages


@pytest.mark.parametrize("wanted", ["9" * 25, "²", "x"])
def test_a_group_that_cannot_be_leaves_the_list_as_it_is(office, member, wanted):
    assert member.name in office.get(reverse(LIST), {"group": wanted}).content.decode()


def test_coordinator_who_ends_their_own_sessions_is_asked_to_sign_in(office, coordinator, member):
    page = office.get(step_url("end-sessions", coordinator, member)).text
    chosen = re.search(r'name="chosen" value="([^"]+)"', page)[1]

    answer = office.post(reverse("admin:members_member_end-sessions"), {"chosen": chosen})

    assert (answer.status_code, answer.url) == (302, reverse(LIST))
    assert office.get(answer.url).url.startswith("/accounts/login/")
    assert AuditEntry.objects.filter(event="status", detail="sessions ended", actor=coordinator).count() == 2
    assert not UserSession.objects.filter(user=coordinator).exists()


def test_second_press_sends_no_invitation_anew_once_more(office, coordinator, group):
    invitation = make_invitation(group=group, state="sent", expires_at=NOW + timedelta(days=9), round=1)
    url = reverse("admin:members_invitation_resend")
    chosen = re.search(r'name="chosen" value="([^"]+)"', office.get(f"{url}?id={invitation.pk}").text)[1]

    first, second = (office.post(url, {"chosen": chosen}, follow=True).text for _press in range(2))

    assert "1 invitation is on its way anew." in first
    assert "This was done already." in second
    invitation.refresh_from_db()
    assert invitation.round == 2
    assert OutgoingMail.objects.about(invitation).count() == 1
    assert AuditEntry.objects.filter(event="invitation", detail="sent anew").count() == 1


def test_invitation_that_went_out_since_it_was_read_goes_out_once(coordinator, group):
    invitation = make_invitation(group=group, state="sent", expires_at=NOW + timedelta(days=9), round=1)
    read_before = Invitation.objects.get(pk=invitation.pk)
    resend_invitation(actor=coordinator, invitation=invitation, now=NOW)

    with pytest.raises(Refused, match="changed meanwhile"):
        resend_invitation(actor=coordinator, invitation=read_before, now=NOW)

    assert OutgoingMail.objects.about(invitation).filter(state="queued").count() == 1
