"""One person's page, and what one's own profile shows of it before others see it."""

import pytest
from django.urls import reverse

from apps.members.models import Member
from apps.members.permissions import Personal
from tests.budget import queries_of
from tests.make import make_group, make_member, make_membership, make_organisation, make_topic

PREVIEW = "/settings/profile/preview/"


@pytest.fixture
def ada(group):
    person = make_member(
        "ada@example.org",
        name="Ada <b>Lovelace</b>",
        group=group,
        organisation=make_organisation(name="Institute of Reeds", stakeholder_group="academia"),
        position="Director",
        country="WS",
        about="Reeds.\n\n<script>alert(1)</script>",
        phone="+99 (0) 12-34 56",
    )
    person.topics.add(make_topic(title="Rushes", slug="rushes"))
    return person


def portrait(response):
    return response.text.partition('<article class="portrait">')[2].partition("</article>")[0]


def test_page_address_is_the_contract(member):
    assert member.get_absolute_url() == f"/members/{member.pk}/"


def test_page_shows_what_the_person_shows(client, ada, other_member):
    client.force_login(other_member)

    response = client.get(ada.get_absolute_url())

    page = portrait(response)
    for word in ("Institute of Reeds", "Academia / research", "Director", "Samoa", "Rushes", "Working group", "Reeds."):
        assert word in page
    assert "ada@example.org" not in response.text
    assert "34 56" not in response.text
    assert "hidden from other members" not in page
    assert "Ada &lt;b&gt;Lovelace&lt;/b&gt;" in page
    assert "<script>" not in page
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_page_offers_address_and_telephone_to_whom_they_are_shown(client, ada, other_member):
    Member.objects.filter(pk=ada.pk).update(shows_email=True, shows_phone=True)
    client.force_login(other_member)

    page = client.get(ada.get_absolute_url()).text

    assert 'href="mailto:ada@example.org"' in page
    assert 'href="tel:+990123456"' in page


@pytest.mark.parametrize("who", ["coordinator", "ada"])
def test_page_tells_staff_and_oneself_what_others_do_not_see(client, request, ada, who):
    client.force_login(request.getfixturevalue(who))

    page = client.get(ada.get_absolute_url()).text

    assert page.count("hidden from other members") == 2
    assert ("Edit your profile" in page) == (who == "ada")
    assert ("Open in the admin" in page) == (who == "coordinator")


def test_page_of_who_shows_nothing_says_nothing_more(client, ada, other_member):
    Member.objects.filter(pk=ada.pk).update(**{field.choice: False for field in Personal})
    client.force_login(other_member)

    page = portrait(client.get(ada.get_absolute_url()))

    assert "Nothing more is shown." in page
    assert "<section" not in page


def test_page_names_only_groups_the_reader_may_see_and_the_person_is_in(client, ada, other_member, other_group):
    make_membership(group=make_group(name="Hidden group", visibility="group"), member=ada)
    left = make_membership(group=other_group, member=ada)
    left.end(left.started_on)
    client.force_login(other_member)

    page = portrait(client.get(ada.get_absolute_url()))

    assert "Working group" in page
    assert "Hidden group" not in page
    assert "Other group" not in page


@pytest.mark.parametrize("change", [{"is_listed": False}, {"status": "suspended", "is_active": False}])
def test_page_that_is_hidden_answers_like_one_that_is_missing(client, coordinator, ada, other_member, change):
    Member.objects.filter(pk=ada.pk).update(**change)
    client.force_login(other_member)

    hidden, missing = client.get(ada.get_absolute_url()), client.get("/members/999999999999999999999/")

    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)
    assert hidden.status_code == 404
    client.force_login(coordinator)
    assert client.get(ada.get_absolute_url()).text.count('class="note') == 1


def test_page_costs_the_same_whatever_the_person_says(client, ada, coordinator, member, other_member):
    bare = make_member()
    for _number in range(5):
        make_membership(group=make_group(), member=ada)
        ada.topics.add(make_topic())
    readers = {"staff": coordinator, "fellow": member, "other": other_member, "oneself": ada}

    for person in (ada, bare):
        costs = {who: queries_of(client, reader, f"/members/{person.pk}/") for who, reader in readers.items()}
        assert costs == {"staff": 7, "fellow": 7, "other": 7, "oneself": 7}, person


@pytest.mark.parametrize("hidden", [[], [Personal.ORGANISATION, Personal.GROUPS], list(Personal)])
def test_preview_is_what_another_member_sees(client, ada, hidden):
    for field in Personal:
        setattr(ada, field.choice, field not in hidden)
    ada.save()
    make_membership(group=make_group(name="Hidden group", visibility="group"), member=ada)
    client.force_login(ada)
    preview = client.get(PREVIEW)

    client.force_login(make_member())

    assert portrait(preview) == portrait(client.get(ada.get_absolute_url()))
    assert "Ada" in portrait(preview)


@pytest.mark.parametrize("who", ["coordinator", "chair"])
def test_preview_of_who_sees_more_shows_no_more_than_others_see(client, request, who):
    person = request.getfixturevalue(who)
    client.force_login(person)

    preview = portrait(client.get(PREVIEW))

    client.force_login(make_member())
    assert preview == portrait(client.get(person.get_absolute_url()))
    assert person.email not in preview


def test_preview_of_who_is_not_listed_shows_no_page(client, member):
    Member.objects.filter(pk=member.pk).update(is_listed=False)
    client.force_login(member)

    response = client.get(PREVIEW)

    assert portrait(response) == ""
    assert "other members find no page of you" in response.text


def test_profile_leads_to_the_preview_and_back(client, member):
    client.force_login(member)

    assert f'href="{PREVIEW}"' in client.get(reverse("members:profile")).text
    assert f'href="{reverse("members:profile")}"' in client.get(PREVIEW).text
