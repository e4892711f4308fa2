"""Publications on other pages: the home page, a topic, a group."""

import re
from datetime import date

import pytest

from tests.make import make_publication, make_topic

CAST = ["coordinator", "chair", "member", "observer", "other_member", "suspended", "stranger"]

pytestmark = pytest.mark.usefixtures("frozen")


def login(client, request, who):
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)


def found(response):
    return re.findall(r"zq7-[\w-]+", response.text)


@pytest.mark.parametrize("who", CAST)
def test_home_shows_the_three_latest_public_papers_to_everybody(client, group, request, who):
    for day in (1, 4, 2, 3):
        make_publication(group=group, visibility="public", title=f"zq7-{day}", published_on=date(2024, 1, day))
    make_publication(group=group, visibility="members", title="zq7-members")
    make_publication(group=group, visibility="public", state="draft", title="zq7-draft")
    login(client, request, who)

    assert found(client.get("/")) == ["zq7-4", "zq7-3", "zq7-2"]


def test_home_without_papers_has_no_empty_section(client, db):
    assert "Latest publications" not in client.get("/").text


@pytest.mark.parametrize("who", CAST)
@pytest.mark.parametrize("url", ["/topics/area/", "/groups/working-group/"])
def test_topic_and_group_show_each_the_papers_they_may_see(client, group, request, who, url):
    group.visibility = "public"
    group.save()
    area = make_topic(slug="area")
    finer = make_topic(parent=area)
    for visibility in ("public", "members", "group", "coordinators"):
        make_publication(group=group, visibility=visibility, title=f"zq7-{visibility}").topics.add(finer, area)
    make_publication(group=group, visibility="public", state="draft", title="zq7-draft").topics.add(area)
    make_publication(visibility="public", title="zq7-elsewhere")
    login(client, request, who)

    response = client.get(url)

    seen = {"coordinator": 4, "chair": 4, "member": 3, "observer": 3, "other_member": 2}.get(who, 1)
    assert sorted(found(response)) == sorted(f"zq7-{e}" for e in ("public", "members", "group", "coordinators")[:seen])


@pytest.mark.parametrize("url", ["/topics/area/", "/groups/working-group/"])
def test_topic_and_group_show_the_latest_ten_and_lead_to_all(client, group, member, url):
    area = make_topic(slug="area")
    for day in range(1, 13):
        make_publication(group=group, title=f"zq7-{day:02}", published_on=date(2024, 1, day)).topics.add(area)
    client.force_login(member)

    response = client.get(url)

    assert found(response) == [f"zq7-{day:02}" for day in range(12, 2, -1)]
    [more] = re.findall(r'href="(/publications/\?[^"]+)"', response.text)
    assert len(found(client.get(more))) == 12
