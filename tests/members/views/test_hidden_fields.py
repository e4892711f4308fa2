"""A word in a hidden field of somebody else is in no answer: no page finds, shows, sorts or counts by it."""

import re

import pytest
from django.urls import reverse

from apps.members.models import Member
from apps.members.permissions import Personal
from tests.make import make_event, make_member, make_membership, make_organisation, make_participation, make_topic

# What a page says of each field of the fixture's person.
WORDS = {
    Personal.ORGANISATION: "zq7institute",
    Personal.POSITION: "zq7position",
    Personal.COUNTRY: "Antarctica",
    Personal.TOPICS: "zq7topic",
    Personal.GROUPS: "Other group",
    Personal.ABOUT: "zq7about",
    Personal.EMAIL: "zq7email",
    Personal.PHONE: "8271828",
}
# What finds the person by each field, in the address of the directory.
FINDERS = {
    Personal.ORGANISATION: ["q=zq7institute", "organisation={organisation}", "stakeholder_group=buyer"],
    Personal.POSITION: ["q=zq7position"],
    Personal.COUNTRY: ["country=AQ"],
    Personal.TOPICS: ["topic=finer", "topic=area"],
    Personal.GROUPS: ["group=other-group"],
    Personal.ABOUT: ["q=zq7about"],
    Personal.EMAIL: ["q=zq7email"],
    Personal.PHONE: [],
}
NAME = "Zoe Zurückhaltend"


@pytest.fixture
def person(group, other_group):
    """Somebody with something to hide in every field, in the working group and in another one."""
    institute = make_organisation(name="zq7institute", stakeholder_group="buyer")
    person = make_member(
        "zq7email@example.org",
        name=NAME,
        group=group,
        organisation=institute,
        position="zq7position",
        country="AQ",
        about="zq7about",
        phone="+99 8271828",
    )
    make_membership(group=other_group, member=person)
    person.topics.add(make_topic(slug="finer", title="zq7topic", parent=make_topic(slug="area")))
    return person


@pytest.fixture
def event(group, person, member, chair, coordinator):
    event = make_event(group=group, slug="talk")
    for guest in (person, member, chair):
        make_participation(event=event, member=guest, answer="yes")
    return event


def hide(person, *fields):
    for field in Personal:
        setattr(person, field.choice, field not in fields)
    person.save()


def pages_about(person):
    return [
        "/members/",
        "/members/?sort=organisation",
        person.get_absolute_url(),
        "/groups/working-group/",
        "/groups/working-group/members/",
        "/events/talk/",
    ]


def said_of_people(response):
    """The page without its form, whose choices of topics and groups are those of the portal."""
    main = response.text.partition("<main")[2].partition("<footer")[0]
    return re.sub(r'<select[^>]*name="(?:topic|group)".*?</select>', "", main, flags=re.DOTALL)


def said(client, person):
    """Which fields of the person are said on any page."""
    text = " ".join(said_of_people(client.get(page)) for page in pages_about(person))
    return {field for field, word in WORDS.items() if word in text}


def finding(client, person):
    """By which fields the person is found."""
    return {
        field
        for field, queries in FINDERS.items()
        for query in queries
        if person.pk in found(client, query.format(organisation=person.organisation_id))
    }


def found(client, query):
    response = client.get(f"/members/?{query}")
    rows = [row.pk for row in response.context["rows"]]
    assert response.context["page_obj"].paginator.count == len(rows)
    return rows if not response.context["filter"].errors else []


@pytest.mark.usefixtures("event")
@pytest.mark.parametrize("who", ["member", "chair", "other_member"])
def test_what_is_hidden_is_nowhere_for_others(client, request, person, who):
    hide(person, *Personal)
    client.force_login(request.getfixturevalue(who))

    assert said(client, person) == set()
    assert finding(client, person) == set()
    assert NAME in client.get("/members/").text


@pytest.mark.usefixtures("event")
@pytest.mark.parametrize("who", ["coordinator", "person"])
def test_what_is_hidden_is_there_for_staff_and_oneself(client, request, person, who):
    hide(person, *Personal)
    client.force_login(request.getfixturevalue(who))

    assert said(client, person) == set(Personal)
    assert finding(client, person) == set(Personal) - {Personal.PHONE}


@pytest.mark.usefixtures("event")
@pytest.mark.parametrize("field", list(Personal))
def test_each_field_is_hidden_by_its_own_choice_alone(client, person, member, field):
    hide(person, field)
    client.force_login(member)

    assert said(client, person) == set(Personal) - {field}
    assert finding(client, person) == set(Personal) - {field, Personal.PHONE}


def test_a_hidden_field_is_no_choice_of_a_filter(client, person, member):
    choices = {name: client_choices(client, member)[name] for name in ("organisation", "country")}
    assert choices == {"organisation": ["zq7institute"], "country": ["Antarctica"]}

    hide(person, Personal.ORGANISATION, Personal.COUNTRY)

    assert client_choices(client, member) == {"organisation": [], "country": []}
    refused = client.get(f"/members/?organisation={person.organisation_id}").context["filter"]
    unknown = client.get("/members/?organisation=999999").context["filter"]
    assert str(refused.errors).replace(f" {person.organisation_id} ", " 999999 ") == str(unknown.errors)


def client_choices(client, reader):
    client.force_login(reader)
    fields = client.get("/members/").context["filter"].form.fields
    return {name: [label for key, label in fields[name].choices if key] for name in ("organisation", "country")}


def test_a_hidden_organisation_does_not_decide_the_order(client, member, person):
    other = make_member(name="Yara", organisation=make_organisation(name="zq8institute"))
    client.force_login(member)
    assert client.get("/members/?sort=organisation").context["rows"][0].pk == person.pk

    hide(person, Personal.ORGANISATION)

    rows = [row.pk for row in client.get("/members/?sort=organisation").context["rows"]]
    assert (rows[0], rows.index(person.pk)) == (other.pk, len(rows) - 1)


def test_a_hidden_organisation_is_not_suggested_in_the_profile(client, member, person):
    client.force_login(member)
    assert "zq7institute" in client.get(reverse("members:profile")).text

    hide(person, Personal.ORGANISATION)

    assert "zq7institute" not in client.get(reverse("members:profile")).text


@pytest.mark.parametrize("change", [{"is_listed": False}, {"status": "departed", "is_active": False}])
def test_whoever_is_not_in_the_directory_is_found_by_nothing(client, member, person, change):
    Member.objects.filter(pk=person.pk).update(**change)
    client.force_login(member)

    assert finding(client, person) == set()
    assert NAME not in client.get("/members/").text
    assert client.get(person.get_absolute_url()).status_code == 404
    assert client_choices(client, member) == {"organisation": [], "country": []}
