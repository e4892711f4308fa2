"""Circulations in the admin: prepared by a form, each act with a page that names whom it concerns, done once."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.members.models import Member
from apps.notifications.models import OutgoingMail
from apps.publications.models import Circulation, Consultee
from tests.make import NOW, make_circulation, make_consultee, make_group, make_member, make_publication, make_version

DAY = timedelta(days=1)
STEPS = ["open", "ask", "extend", "remind", "close", "cancel"]


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client, coordinator):
    client.force_login(coordinator)
    return client


@pytest.fixture
def paper(group):
    paper = make_publication(group=group, state="draft", title="Letters")
    make_version(publication=paper)
    return paper


@pytest.fixture
def circulation(group):
    return make_circulation(publication=make_publication(group=group, state="circulating", title="Letters"))


def step_url(circulation, slug):
    return reverse(f"admin:publications_circulation_{slug}", args=[circulation.pk])


def people_step_url(slug, *consultees):
    query = "&".join(f"id={consultee.pk}" for consultee in consultees)
    return f"{reverse(f'admin:publications_consultee_{slug}')}?{query}"


def chosen_on(response):
    return re.search(r'name="chosen" value="([^"]+)"', response.text)[1]


def people_on(response):
    listed = re.search(r'<ul class="affected"[^>]*>(.*?)</ul>', response.text, re.DOTALL)
    return [line.split(" · ")[0] for line in re.findall(r"<bdi>(.*?)</bdi>", listed[1])] if listed else []


def told(kind):
    return set(OutgoingMail.objects.filter(kind=kind).values_list("member__name", flat=True))


def typed(version, **fields):
    return {
        "version": version.pk,
        "deadline_on": "2027-03-20",
        "deadline_time": "",
        "deadline_zone": "AoE",
        "instructions": "Look at section 3.",
        "confidentiality": "",
        "seen_by": "after_closing",
        "attribution": "name",
        **fields,
    }


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("who", ["stranger", "member", "chair", "suspended"])
def test_steps_are_closed_to_everyone_but_staff(client, request, circulation, step, who):
    person = request.getfixturevalue(who)
    if person:
        client.force_login(person)

    answers = [client.get(step_url(circulation, step)), client.post(step_url(circulation, step), {"_confirm": "1"})]

    assert {answer.status_code for answer in answers} == {302 if who in ("stranger", "suspended") else 403}
    assert (Circulation.objects.get().state, OutgoingMail.objects.count()) == ("open", 0)


def test_circulation_is_prepared_by_the_form(office, paper, group, member, chair):
    url = reverse("admin:publications_circulation_add")
    assert "Letters · 1" in office.get(url).text

    office.post(url, typed(paper.versions.get(), groups=[group.pk], reviewers=[chair.pk]))

    made = Circulation.objects.get()
    assert (made.publication, made.state, made.deadline_at.isoformat()) == (
        paper,
        "prepared",
        "2027-03-21T12:00:00+00:00",
    )
    assert ([*made.groups.all()], [*made.reviewers.all()]) == ([group], [chair])
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("button", ["_save", "_continue"])
def test_what_was_saved_stays_in_view_and_says_whom_it_would_ask(office, paper, group, member, button):
    typed_in = typed(paper.versions.get(), groups=[group.pk])
    added = office.post(reverse("admin:publications_circulation_add"), {**typed_in, button: "1"}, follow=True)
    made = Circulation.objects.get()
    at = reverse("admin:publications_circulation_change", args=[made.pk])
    changed = office.post(at, {**typed_in, "groups": [], "people": [member.pk], button: "1"}, follow=True)

    for answer in (added, changed):
        assert answer.redirect_chain[-1][0] == at
        assert [str(said) for said in answer.context["messages"]] == ["Saved. 1 person is asked once you open it."]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"deadline_on": "2027-02-01"}, "This deadline has passed already."),
        ({"deadline_on": "9999-12-31"}, "Enter a date between 2000 and 2099."),
        ({"deadline_on": "2027-13-45"}, "Enter a valid date."),
        ({"deadline_zone": "Mars/Olympus"}, "Select a valid choice."),
        ({"deadline_time": "25:99"}, "Enter a valid time."),
        ({"confidentiality": "one\nSubject: two"}, "confidentiality"),
        ({"instructions": "x" * 20_001}, "at most 20000 characters"),
        ({"instructions": "Look at \u202e3 noitces"}, "hidden characters that change the direction of text"),
    ],
)
def test_form_says_what_is_wrong_and_saves_nothing(office, paper, fields, words):
    answer = office.post(
        reverse("admin:publications_circulation_add"), typed(paper.versions.get(), instructions="Look") | fields
    )

    assert answer.status_code == 200
    assert words in answer.text
    assert not Circulation.objects.exists()


@pytest.mark.parametrize(
    ("day", "hour", "words", "instant"),
    [
        ("2027-03-28", "02:30", "does not exist in Berlin", "2027-03-28T01:30:00+00:00"),
        ("2027-10-31", "02:30", "exists twice in Berlin", "2027-10-31T00:30:00+00:00"),
    ],
)
def test_deadline_at_a_change_of_clocks_is_taken_with_a_remark(office, paper, day, hour, words, instant):
    fields = {"deadline_on": day, "deadline_time": hour, "deadline_zone": "Europe/Berlin"}

    answer = office.post(
        reverse("admin:publications_circulation_add"), typed(paper.versions.get(), **fields), follow=True
    )

    assert words in answer.text
    assert Circulation.objects.get().deadline_at.isoformat() == instant


def test_form_that_was_overtaken_keeps_what_was_typed(office, paper):
    prepared = make_circulation(publication=paper, state="prepared", instructions="Old.")
    url = reverse("admin:publications_circulation_change", args=[prepared.pk])
    stamp = re.search(r'name="stamp" value="([^"]+)"', office.get(url).text)[1]
    Circulation.objects.update(instructions="Theirs.", updated_at=NOW + DAY)

    answer = office.post(url, typed(paper.versions.get(), instructions="Mine.", stamp=stamp))

    assert "Somebody else saved this meanwhile" in answer.text
    assert "Mine." in answer.text
    assert Circulation.objects.get().instructions == "Theirs."


def test_opened_circulation_is_only_read(office, circulation):
    url = reverse("admin:publications_circulation_change", args=[circulation.pk])

    assert office.get(url).status_code == 200
    assert office.post(url, typed(circulation.version)).status_code == 403


def test_opening_shows_the_exact_list_and_the_mail_and_happens_once(office, paper, group, member, chair):
    prepared = make_circulation(publication=paper, state="prepared", instructions="Look at *this*.")
    prepared.groups.add(group)
    prepared.reviewers.add(chair)

    page = office.get(step_url(prepared, "open"))
    assert people_on(page) == ["Chidi Chair", "Mina Member"]
    assert "Look at this." in page.text
    make_member(name="Late Joiner", group=group)
    confirmed = {"chosen": chosen_on(page), "paragraph": "Thank you.", "_confirm": "1"}
    first, second = (office.post(step_url(prepared, "open"), confirmed, follow=True) for _click in range(2))

    assert "Opened. 2 people are asked." in first.text
    assert "This was done already." in second.text
    assert told("circulation_invitation") == {"Chidi Chair", "Mina Member"}
    assert Consultee.objects.get(is_reviewer=True).member == chair


def test_further_people_are_asked_by_hand(office, circulation, other_member):
    chosen = {"members": [other_member.pk], "as_reviewers": "on", "_choose": "1"}
    page = office.post(step_url(circulation, "ask"), chosen)
    assert people_on(page) == ["Otto Other"]

    office.post(step_url(circulation, "ask"), {"chosen": chosen_on(page), "paragraph": "", "_confirm": "1"})

    row = Consultee.objects.get()
    assert (row.member, row.is_reviewer, row.via_group) == (other_member, True, None)
    assert told("circulation_invitation") == {"Otto Other"}


@pytest.mark.parametrize(
    ("how", "subject", "asks"),
    [
        ({}, "Please comment: Letters", "You owe no answer"),
        ({"as_reviewers": "on"}, "Please review: Letters", "You are named as a reviewer"),
    ],
)
def test_further_people_are_shown_the_mail_that_they_get(office, circulation, other_member, how, subject, asks):
    page = office.post(step_url(circulation, "ask"), {"members": [other_member.pk], "_choose": "1", **how})
    again = {"chosen": chosen_on(page), "paragraph": "Thank you.", "_preview": "1"}

    for text in (page.text, office.post(step_url(circulation, "ask"), again).text):
        assert subject in text
        assert asks in text
        assert "The mail is shown as" not in text


@pytest.mark.parametrize(
    ("reviewers", "readers", "subject", "is_said"),
    [
        (1, 0, "Please review: Letters", False),
        (0, 1, "Please comment: Letters", False),
        (1, 1, "Please review: Letters", True),
    ],
)
def test_opening_shows_the_mail_of_those_it_asks_and_says_which(office, paper, reviewers, readers, subject, is_said):
    prepared = make_circulation(publication=paper, state="prepared")
    prepared.reviewers.add(*(make_member() for _number in range(reviewers)))
    prepared.people.add(*(make_member() for _number in range(readers)))

    page = office.get(step_url(prepared, "open"))

    assert subject in page.text
    assert ("The mail is shown as reviewers get it." in page.text) == is_said


def test_list_says_of_which_closed_circulation_nobody_has_told_those_who_answered(office, group):
    def closed(title, **fields):
        paper = make_publication(group=group, state="resolving", title=title)
        return make_circulation(publication=paper, state="closed", **fields)

    make_consultee(circulation=closed("Untold"), answered_on=NOW.date() - DAY)
    make_consultee(circulation=closed("Told", told_at=NOW), answered_on=NOW.date() - DAY)
    make_consultee(circulation=closed("Answered today"), answered_on=NOW.date())

    words = words_on(office.get(reverse("admin:publications_circulation_changelist")))

    assert re.findall(r"(Untold|Told|Answered today) · 1 closed(, who answered is not told yet)?", words) == [
        ("Answered today", ""),
        ("Told", ""),
        ("Untold", ", who answered is not told yet"),
    ]


def test_reminding_names_those_who_had_not_answered_by_yesterday(office, circulation):
    for name, day in (("Ann", None), ("Ben", NOW.date()), ("Cho", NOW.date() - DAY)):
        make_consultee(circulation=circulation, member=make_member(name=name), is_reviewer=True, answered_on=day)
    make_consultee(circulation=circulation, member=make_member(name="Dia"))

    page = office.get(step_url(circulation, "remind"))
    assert people_on(page) == ["Ann", "Ben"]
    office.post(step_url(circulation, "remind"), {"chosen": chosen_on(page), "paragraph": "", "_confirm": "1"})

    assert told("circulation_reminder") == {"Ann", "Ben"}


def test_deadline_of_all_moves_once_and_not_backwards(office, circulation, member):
    make_consultee(circulation=circulation, member=member)
    later = {"deadline_on": "2027-03-20", "deadline_time": "17:00", "deadline_zone": "Pacific/Apia"}

    first, second = (office.post(step_url(circulation, "extend"), later, follow=True) for _click in range(2))
    earlier = office.post(step_url(circulation, "extend"), {**later, "deadline_on": "2027-03-15"})

    assert "1 person will be told." in first.text
    assert "not later than the present deadline" in second.text
    assert "not later than the present deadline" in earlier.text
    assert Circulation.objects.get().deadline_at.isoformat() == "2027-03-20T04:00:00+00:00"
    assert OutgoingMail.objects.filter(kind="circulation_changed").count() == 1


def test_one_person_gets_more_time_and_one_is_taken_off(office, circulation):
    ann, ben = (make_consultee(circulation=circulation, member=make_member(name=name)) for name in ("Ann", "Ben"))
    page = office.get(people_step_url("more-time", ann))
    later = {"deadline_on": "2027-03-20", "deadline_time": "", "deadline_zone": "AoE", "chosen": chosen_on(page)}
    office.post(people_step_url("more-time"), later)
    page = office.get(people_step_url("take-off", ben))
    office.post(people_step_url("take-off"), {"chosen": chosen_on(page)})

    ann.refresh_from_db()
    ben.refresh_from_db()
    assert (ann.extended_until.isoformat(), ann.removed_at) == ("2027-03-21T12:00:00+00:00", None)
    assert (ben.extended_until, ben.removed_at) == (None, NOW)
    assert told("circulation_changed") == {"Ann"}


def test_closing_and_cancelling_ask_first_and_say_what_happened(office, circulation, member):
    make_consultee(circulation=circulation, member=member)
    assert people_on(office.get(step_url(circulation, "cancel"))) == ["Mina Member"]

    without_reason = office.post(step_url(circulation, "cancel"), {"reason": " "})
    cancelled = office.post(step_url(circulation, "cancel"), {"reason": "New version."}, follow=True)
    closed = office.post(step_url(circulation, "close"), {}, follow=True)

    assert "Say why" in without_reason.text
    assert "1 person was asked." in cancelled.text
    assert "This was done already." in closed.text
    assert Circulation.objects.get().state == "cancelled"


@pytest.mark.parametrize("name", ["answered_on", "answered_on__gte", "has_no_comments", "updated_at__gt"])
def test_day_and_kind_of_an_answer_can_not_be_asked_for_by_the_address(office, circulation, name):
    make_consultee(circulation=circulation, answered_on=NOW.date(), has_no_comments=True)

    answer = office.get(f"{reverse('admin:publications_consultee_changelist')}?{name}=1")

    assert answer.status_code == 400


def test_list_of_people_shows_an_answer_from_the_day_after(office, circulation):
    for name, day in (("Ann", NOW.date()), ("Ben", NOW.date() - DAY)):
        make_consultee(circulation=circulation, member=make_member(name=name), is_reviewer=True, answered_on=day)
    url = reverse("admin:publications_consultee_changelist")

    owing, answered = (office.get(f"{url}?answer={which}").context["cl"].result_list for which in ("owed", "answered"))

    assert ([str(row.member) for row in owing], [str(row.member) for row in answered]) == (["Ann"], ["Ben"])


def test_desk_shows_what_is_in_circulation(office, circulation):
    make_consultee(circulation=circulation, is_reviewer=True)

    text = office.get(reverse("admin:index")).text

    assert "In circulation" in text
    assert "Letters" in text
    assert "1 of 1" in re.sub(r"\s+", " ", text)


def test_desk_list_form_and_page_count_the_same_people_the_same_day(office, circulation):
    today, yesterday = NOW.date(), NOW.date() - DAY
    for answered_on in (None, today, yesterday, yesterday):
        make_consultee(circulation=circulation, is_reviewer=True, answered_on=answered_on)
    for answered_on in (None, None, today, yesterday):
        make_consultee(circulation=circulation, answered_on=answered_on)
    make_consultee(circulation=circulation, is_reviewer=True, removed_at=NOW)
    urls = [
        reverse("admin:index"),
        reverse("admin:publications_circulation_changelist"),
        reverse("admin:publications_circulation_change", args=[circulation.pk]),
        circulation.get_absolute_url(),
    ]

    *admin, page = (words_on(office.get(url)) for url in urls)

    assert all(re.search(r"\b2 of 4\b", words) for words in admin)
    assert "8 asked 2 of 4 reviewers owe an answer 3 answered, readers among them" in admin[-1]
    assert "8 people · 2 of 4 reviewers owe an answer" in page


def words_on(response):
    return " ".join(re.sub(r"<[^>]*>", " ", response.text).split())


def test_closing_is_called_the_same_on_both_buttons(office, circulation):
    change = office.get(reverse("admin:publications_circulation_change", args=[circulation.pk])).text
    url = step_url(circulation, "close")

    assert f'<a href="{url}">Close</a>' in change
    assert 'name="_confirm" value="Close"' in office.get(url).text


def test_every_screen_costs_at_most_15_queries_with_300_people(office, circulation, group, paper):
    ContentType.objects.get_for_models(Circulation, Consultee, Member)
    crowd = make_group()
    make_consultee(circulation=circulation, is_reviewer=True)
    prepared = make_circulation(publication=paper, state="prepared")
    prepared.groups.add(crowd)
    make_member(group=crowd)
    urls = [step_url(circulation, step) for step in STEPS[1:]]
    urls += [step_url(prepared, "open"), reverse("admin:index")]
    urls += [reverse(f"admin:publications_{model}_changelist") for model in ("circulation", "consultee")]
    urls += [reverse("admin:publications_circulation_change", args=[row.pk]) for row in (circulation, prepared)]
    urls += [people_step_url("take-off", Consultee.objects.first())]
    with_one = {url: queries(office, url) for url in urls}
    for _number in range(60):
        make_consultee(circulation=circulation, is_reviewer=True)
        make_member(group=crowd)

    with_many = {url: queries(office, url) for url in urls}

    assert with_many == with_one
    assert {url: count for url, count in with_many.items() if count > 15} == {}


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200, url
    return len(captured)


def test_paper_leads_to_its_circulation_or_to_the_form_for_its_newest_version(office, paper):
    newest = make_version(publication=paper)
    url = reverse("admin:publications_publication_circulate", args=[paper.pk])
    form = office.get(url, follow=True)
    prepared = make_circulation(publication=paper, state="prepared")

    assert form.context["adminform"].form.initial["version"] == str(newest.pk)
    assert office.get(url).url == reverse("admin:publications_circulation_change", args=[prepared.pk])


def test_paper_that_is_published_leads_to_no_circulation(office, client, member):
    paper = make_publication()
    page = office.get(reverse("admin:publications_publication_change", args=[paper.pk]))
    client.force_login(member)

    assert "/circulate/" not in page.text
    assert client.get(reverse("admin:publications_publication_circulate", args=[paper.pk])).status_code == 403
