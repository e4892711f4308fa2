"""The public pages and the dashboard: who sees what, and their number of queries."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from apps.discussions.models import PostReport
from apps.members.permissions import Role
from apps.notifications import outbox
from apps.notifications.models import Hold, OutgoingMail
from apps.notifications.recipients import recipient_of
from tests.budget import queries_of
from tests.make import (
    NOW,
    make_event,
    make_group,
    make_invitation,
    make_join_request,
    make_member,
    make_organisation,
    make_participation,
    make_post,
    make_publication,
    make_thread,
    make_topic,
)

CAST = ["coordinator", "chair", "member", "observer", "other_member", "suspended", "stranger"]

pytestmark = pytest.mark.usefixtures("frozen")


def login(client, request, who):
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)
    return reader


def found(response):
    return set(re.findall(r"zq7-\w+", response.text))


@pytest.mark.parametrize("who", CAST)
def test_home_shows_public_events_only_to_everybody(client, group, request, who):
    for visibility in ("public", "members", "group", "coordinators"):
        make_event(group=group, visibility=visibility, title=f"zq7-{visibility}")
    make_event(group=group, visibility="public", state="draft", title="zq7-draft")
    make_event(group=group, visibility="public", state="cancelled", title="zq7-cancelled")
    make_event(group=group, visibility="public", state="held", title="zq7-held", starts_at=NOW - timedelta(days=9))
    login(client, request, who)

    response = client.get("/")

    assert response.status_code == 200
    assert found(response) == {"zq7-public"}


@pytest.mark.parametrize(("who", "own"), [("stranger", 0), ("member", 1)])
def test_home_shows_the_next_event_on_seven_clocks(client, group, request, who, own):
    make_event(group=group, visibility="public", place="Bonn")
    reader = login(client, request, who)
    if reader:
        reader.time_zone = "Pacific/Auckland"
        reader.save()

    page = client.get("/").text

    assert page.count('<th scope="row">') == 7
    assert page.count("Auckland") == own


def test_home_names_the_key_areas(client, db):
    area = make_topic(title="Negotiations", slug="negotiations", covers="Authorisation and registries.")
    make_topic(title="zq7-finer", parent=area)

    response = client.get("/")

    assert 'href="/topics/negotiations/"' in response.text
    assert "Authorisation and registries." in response.text
    assert found(response) == set()


def test_home_names_the_group_once_in_words_and_says_whom_to_ask(client, db):
    head, body = client.get("/").text.split('<main id="main"')
    lead, rest = body.split("</main>")[0].split("</p>", maxsplit=1)

    assert "Carbon Market Mechanisms Working Group" in head
    assert "Carbon Market Mechanisms Working Group" not in lead
    assert rest.count("Carbon Market Mechanisms Working Group") == 1
    assert all(who in rest for who in ("Axel Michaelowa", "Juliana Keßler", "Hanna-Mari Ahonen", "(BMWK)"))


def test_home_works_in_an_empty_portal(client, db):
    assert "No public event is planned at the moment." in client.get("/").text


def test_about_says_who_and_why(client, db):
    page = client.get("/about/").text

    assert "Perspectives Climate Research gGmbH" in page
    assert "June 2019" in page


@pytest.mark.parametrize("who", CAST)
@pytest.mark.parametrize("url", ["/topics/area/", "/groups/working-group/"])
def test_topic_and_group_show_each_what_they_may_see(client, group, request, who, url):
    group.visibility = "public"
    group.save()
    area = make_topic(slug="area")
    finer = make_topic(parent=area)
    for visibility in ("public", "members", "group", "coordinators"):
        make_event(group=group, visibility=visibility, title=f"zq7-{visibility}").topics.add(finer)
    make_event(group=group, visibility="public", state="draft", title="zq7-draft").topics.add(area)
    reader = login(client, request, who)

    response = client.get(url)

    seen = {"coordinator": 4, "chair": 4, "member": 3, "observer": 3, "other_member": 2}.get(who, 1)
    assert found(response) == {f"zq7-{each}" for each in ("public", "members", "group", "coordinators")[:seen]}
    assert reader is None or response.status_code == 200


@pytest.mark.parametrize(
    ("visibility", "welcome"),
    [("public", CAST), ("members", CAST[:5]), ("group", CAST[:4]), ("coordinators", CAST[:2])],
)
@pytest.mark.parametrize("who", CAST)
def test_group_page_opens_to_those_who_may_see_the_group(client, group, request, who, visibility, welcome):
    group.visibility = visibility
    group.save()
    login(client, request, who)

    assert client.get("/groups/working-group/").status_code == (200 if who in welcome else 404)


def test_group_page_names_those_who_lead_to_members_only(client, member, other_member, chair, group):
    group.visibility = "public"
    group.purpose = "**Why** <script>x</script>"
    group.save()

    assert chair.name not in client.get("/groups/working-group/").text
    client.force_login(other_member)
    page = client.get("/groups/working-group/").text
    assert chair.name in page
    assert member.name not in page.partition("<main")[2]
    assert "<strong>Why</strong>" in page
    assert "<script>x" not in page


@pytest.mark.parametrize("who", ["stranger", "suspended"])
def test_dashboard_is_closed_to_who_is_no_member(client, request, who):
    login(client, request, who)

    assert client.get("/dashboard/").headers["Location"] == "/accounts/login/?next=/dashboard/"


def test_dashboard_asks_for_answers_soonest_first(client, group, member, other_member, now):
    late = make_event(group=group, title="zq7-late", starts_at=NOW + timedelta(days=50))
    soon = make_event(group=group, title="zq7-soon", starts_at=NOW + timedelta(days=2))
    for event in (late, soon):
        make_participation(event=event, member=member)
    make_participation(event=make_event(group=group, starts_at=NOW - timedelta(hours=1)), member=member)
    make_participation(event=make_event(group=group, state="cancelled"), member=member)
    make_participation(event=make_event(group=group), member=member, withdrawn_at=now)
    make_participation(event=make_event(group=group), member=member, answer="no")
    make_participation(event=make_event(group=group), member=other_member)
    client.force_login(member)

    response = client.get("/dashboard/")

    assert [row.event for row in response.context["needs"]] == [soon, late]
    assert "2 things need you" in response.text
    assert len(re.findall(r'<form method="post"\s+action="/events/', response.text)) == 2
    assert 'name="next" value="/dashboard/"' in response.text


def test_dashboard_shows_what_comes_next(client, group, member):
    maybe = make_event(group=group, starts_at=NOW + timedelta(days=3))
    yes = make_event(group=group, starts_at=NOW + timedelta(days=2))
    make_participation(event=maybe, member=member, answer="maybe")
    make_participation(event=yes, member=member, answer="yes")
    make_participation(event=make_event(group=group), member=member, answer="no")
    client.force_login(member)

    response = client.get("/dashboard/")

    assert [row.event for row in response.context["coming"]] == [yes, maybe]
    assert "Nothing needs you now" in response.text
    assert "You: online" in response.text


def test_dashboard_shows_unread_notices_of_what_one_may_see(client, group, other_group, member):
    outbox.notify("event_invitation", make_event(group=group, title="zq7-shown"), [recipient_of(member)], "1")
    outbox.notify("event_invitation", make_event(group=other_group, title="zq7-hidden"), [recipient_of(member)], "1")
    client.force_login(member)

    assert found(client.get("/dashboard/")) == {"zq7-shown"}


@pytest.mark.parametrize("count", [0, 2, 12])
def test_dashboard_counts_all_unread_notices_in_its_head(client, group, member, count):
    for number in range(count):
        outbox.notify("event_invitation", make_event(group=group), [recipient_of(member)], str(number))
    client.force_login(member)

    response = client.get("/dashboard/")

    assert len(response.context["notices"]) == min(count, 10)
    assert re.findall(r'class="count">(\d+)<', response.text) == ([str(count)] if count else [])


def test_dashboard_of_many_needs_is_cut_and_says_so(client, group, member):
    for _number in range(23):
        make_participation(event=make_event(group=group), member=member)
    client.force_login(member)

    response = client.get("/dashboard/")

    assert len(response.context["needs"]) == 20
    assert "23 things need you" in response.text
    assert "3 more invitations wait." in response.text


def test_dashboard_leads_staff_alone_to_what_waits_on_the_desk(client, group, coordinator, chair, member):
    for number, state in enumerate(("prepared", "prepared", "sent")):
        make_invitation(group=group, address=f"new{number}@example.net", state=state)
    for _number in range(7):
        make_join_request()
    post = make_post(thread=make_thread(group=group), writer=member)
    PostReport.objects.create(post=post, reporter_mark="x", reason="Rude", reported_on=NOW)
    outbox.notify("event_invitation", make_event(group=group), [recipient_of(member)], "1")
    OutgoingMail.objects.update(state="failed")
    Hold.objects.create(made_at=NOW)
    said = {}
    for reader in (coordinator, chair, member):
        client.force_login(reader)
        said[reader] = re.findall(r"(\d+) things? waits? for you on the desk", client.get("/dashboard/").text)

    client.force_login(coordinator)
    desk = client.get("/admin/").text

    assert said == {coordinator: ["12"], chair: [], member: []}
    assert "Waiting for you (12)" in " ".join(desk.split())


@pytest.mark.parametrize("count", [1, 3, 300])
def test_dashboard_costs_the_same_whatever_waits(client, group, coordinator, chair, member, count):
    readers = {"coordinator": coordinator, "chair": chair, "member": member}
    for number in range(count):
        event = make_event(group=group)
        for reader in readers.values():
            make_participation(event=event, member=reader, answer="yes" if number % 2 else "")
        outbox.notify("event_invitation", event, [recipient_of(reader) for reader in readers.values()], "1")

    costs = {who: queries_of(client, reader, "/dashboard/") for who, reader in readers.items()}

    assert costs == {"coordinator": 10, "chair": 8, "member": 8}


@pytest.mark.parametrize("count", [1, 3, 300])
def test_public_pages_cost_the_same_whatever_is_there(client, group, coordinator, member, count):
    group.visibility = "public"
    group.save()
    area = make_topic(slug="area")
    organisation = make_organisation()
    for _number in range(count):
        leader = make_member(group=group, role=Role.COORDINATOR, organisation=organisation)
        event = make_event(group=group, visibility="public")
        event.topics.add(make_topic(parent=area))
        make_participation(event=event, member=leader, answer="yes")
        make_publication(group=group, visibility="public").topics.add(area)
        make_thread(group=group, visibility="members").topics.add(area)
        leader.topics.add(area)

    for url, expected in _QUERIES.items():
        assert {who: queries_of(client, reader, url) for who, reader in _readers(coordinator, member)} == expected, url


def _readers(coordinator, member):
    return (("stranger", None), ("coordinator", coordinator), ("member", member))


# At most ten.
_QUERIES = {
    "/": {"coordinator": 8, "member": 8, "stranger": 3},
    "/about/": {"coordinator": 5, "member": 5, "stranger": 1},
    "/topics/": {"coordinator": 6, "member": 6, "stranger": 2},
    "/topics/area/": {"coordinator": 10, "member": 10, "stranger": 3},
    "/groups/working-group/": {"coordinator": 10, "member": 10, "stranger": 4},
}


def test_masthead_counts_unread_notices_for_members_only(client, group, member):
    outbox.notify("event_invitation", make_event(group=group), [recipient_of(member)], "1")

    assert "unread" not in client.get("/").text
    client.force_login(member)
    assert '<span class="count">1<span class="vh"> unread</span></span>' in client.get("/").text


def test_masthead_names_whoever_reads_and_signs_out_with_a_token_of_their_own(client, member, coordinator):
    client.get("/")
    tokens = []
    for reader, other in [(member, coordinator), (coordinator, member), (member, coordinator)]:
        client.force_login(reader)
        page = client.get("/about/")
        assert f"<bdi>{reader}</bdi>" in page.text
        assert str(other) not in page.text
        assert (reverse("admin:index") in page.text) == reader.is_staff
        tokens += re.findall(r'name="csrfmiddlewaretoken" value="(\w{64})"', page.text)

    assert len(set(tokens)) == 3
    client.logout()
    assert "csrfmiddlewaretoken" not in client.get("/about/").text


def test_group_that_is_missing_answers_like_one_that_is_hidden(client, member, db):
    make_group(slug="hidden", visibility="coordinators")
    client.force_login(member)

    hidden, missing = client.get("/groups/hidden/"), client.get("/groups/missing/")

    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)


@pytest.mark.parametrize("who", CAST)
def test_topic_shows_threads_and_people_each_as_they_may_be_seen(client, group, request, who):
    area = make_topic(slug="area")
    finer = make_topic(parent=area)
    for visibility in ("members", "group", "coordinators"):
        make_thread(group=group, visibility=visibility, title=f"zq7-{visibility}").topics.add(finer)
    for name, fields in {
        "zq7-shown": {},
        "zq7-hiding": {"shows_topics": False},
        "zq7-unlisted": {"is_listed": False},
        "zq7-suspended": {"status": "suspended", "is_active": False},
    }.items():
        make_member(name=name, **fields).topics.add(area)
    login(client, request, who)

    threads = ["zq7-members", "zq7-group", "zq7-coordinators"]
    seen = {"coordinator": 3, "chair": 3, "member": 2, "observer": 2, "other_member": 1}.get(who, 0)
    people = {"coordinator": {"zq7-shown", "zq7-hiding", "zq7-unlisted"}}.get(who, {"zq7-shown"} if seen else set())
    assert found(client.get("/topics/area/")) == {*threads[:seen], *people}


def test_topic_names_organisations_as_far_as_they_are_shown(client, member):
    area = make_topic(slug="area")
    shown, hidden = make_organisation(name="Shown institute"), make_organisation(name="Hidden institute")
    make_member(name="One", organisation=shown).topics.add(area)
    make_member(name="Two", organisation=hidden, shows_organisation=False).topics.add(area)
    client.force_login(member)

    page = client.get("/topics/area/").text

    assert "Shown institute" in page
    assert "Hidden institute" not in page
