"""The page of the search: what it shows, what it withstands, what it costs."""

import pytest
from django.core.management import call_command

from apps.core import search
from apps.pages.demo.load import load_demo
from apps.publications.models import Publication
from tests.budget import queries_of
from tests.make import NOW, PASSWORD, make_event, make_post, make_publication, make_thread, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def found(page):
    """The titles on the page, in their order; of a post that of its thread."""
    return [
        "".join(text for text, _is_found in result.title) or f"in {result.row.shown[0].thread}"
        for result in page.context["results"]
    ]


def test_members_find_all_kinds_and_see_where(client, member, group):
    make_event(group=group, title="Register day", agenda="We open the *registers*.")
    make_publication(group=group, title="Paper", abstract="On <b>registers</b> & more")
    thread = make_thread(group=group, title="Registers, again")
    make_post(thread=thread, writer=member, text="Which *register*?")
    client.force_login(member)

    page = client.get("/search/?q=registers")

    assert set(found(page)) == {"Register day", "Paper", "Registers, again"}
    assert "We open the <mark>registers</mark>" in page.text
    assert "&lt;b&gt;<mark>registers</mark>&lt;/b&gt; &amp; more" in page.text
    assert "<mark>Registers</mark>, again" in page.text
    assert set(found(client.get("/search/?q=register"))) == {*found(page), "in Registers, again"}
    assert "Which <mark>register</mark>" in client.get("/search/?q=register&kind=post").text
    assert page.headers["X-Robots-Tag"] == "noindex, follow"


def test_the_whole_page_and_its_part_for_htmx(client):
    make_publication(title="Register", visibility="public")

    whole = client.get("/search/?q=register")
    part = client.get("/search/?q=register&topic=", headers={"HX-Request": "true"})

    assert "<html" in whole.text
    assert "<html" not in part.text
    assert "<mark>Register</mark>" in part.text
    assert part.headers["HX-Push-Url"] == "/search/?q=register"


def test_kinds_narrow_and_their_numbers_stay(client, member, group):
    make_event(group=group, title="Register day")
    make_publication(group=group, title="Register paper")
    client.force_login(member)

    page = client.get("/search/?q=register&kind=event")

    assert found(page) == ["Register day"]
    assert [(tab.kind, tab.count, tab.is_chosen) for tab in page.context["tabs"]] == [
        ("event", 1, True),
        ("publication", 1, False),
    ]
    assert sorted(found(client.get("/search/?q=register&kind=nonsense"))) == ["Register day", "Register paper"]


def test_choices_narrow_and_unknown_ones_say_so(client, member, group):
    topic = make_topic(title="Registries", slug="registries")
    here = make_publication(group=group, title="Register here", published_on="2024-05-05")
    here.topics.add(topic)
    make_publication(group=group, title="Register there", published_on="2025-05-05")
    client.force_login(member)

    assert found(client.get("/search/?q=register&topic=registries")) == ["Register here"]
    assert found(client.get(f"/search/?q=register&group={group.slug}&year=2027")) == []
    page = client.get("/search/?q=register&topic=none")
    assert "Select a valid choice" in page.text


def test_groups_are_offered_as_far_as_the_reader_sees_them(client, member, other_group):
    other_group.visibility = "group"
    other_group.save()
    client.force_login(member)

    assert other_group.name not in client.get("/search/").text
    assert "Select a valid choice" in client.get(f"/search/?q=x&group={other_group.slug}").text


def test_pages_hold_twenty_five(client):
    for number in range(40):
        make_publication(title=f"Register {number}", visibility="public", group=None)

    first, second = client.get("/search/?q=register"), client.get("/search/?q=register&page=2")

    assert (len(found(first)), len(found(second))) == (25, 15)
    assert not set(found(first)) & set(found(second))
    assert len(found(client.get("/search/?q=register&page=99999999999999999999"))) == 15
    assert client.get("/search/?q=register&page=x").status_code == 200


def test_too_common_a_word_says_that_there_is_more(client, monkeypatch):
    monkeypatch.setattr(search, "RANKED", 2)
    for _number in range(2):
        make_publication(title="Register", visibility="public")

    assert "More than 2 found" in client.get("/search/?q=register").text


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?q=",
        "?q=%22",
        "?q=%22a%20b",
        "?q=" + "a+" * 1000,
        "?q=" + "x" * 3000,
        "?q=*+OR+NEAR(",
        "?q=%E2%80%AE%D8%A7",
        "?q=the+and+of",
        "?q=%F0%9F%98%80",
        "?q=a%0D%0Ab",
        "?q=x&year=abc&group=%00x&kind=%3Cscript%3E&page=-1",
        "?q=x&q=y&topic=a&topic=b",
        "?q=x&year=99999",
        "?q=%ED%A0%80",
    ],
)
def test_no_question_breaks_the_page(client, member, query):
    make_publication(title="Plain")
    client.force_login(member)

    assert client.get(f"/search/{query}").status_code in {200, 400}


def test_a_stranger_who_asks_without_end_is_slowed_down(client, monkeypatch):
    monkeypatch.setattr("apps.pages.searching.RATES", {"search": "2/m/ip"})

    assert [client.get("/search/?q=a").status_code for _try in range(3)] == [200, 200, 429]
    assert client.get("/search/").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_twelve_queries_at_most(client, settings, member, group, count):
    """Beside those of the rate limit where Redis is away and the database stands in for it."""
    settings.CACHES = {**settings.CACHES, "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    for _number in range(count):
        make_event(group=group, title="Register")
        make_publication(group=group, title="Register")
        make_post(thread=make_thread(group=group, title="Register"), writer=member, text="register")
    member.name = "Register"
    member.save()

    assert queries_of(client, member, "/search/?q=register") == 12


def test_the_demo_leaves_no_entry_behind(capsys):
    load_demo(password=PASSWORD, now=NOW)
    assert Publication.objects.count() >= 0

    call_command("reindex", check=True)

    assert capsys.readouterr().out == "The search knows every thing as it is.\n"
