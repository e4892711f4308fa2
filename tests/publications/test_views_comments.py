"""The page of comments: who sees what, drafts that are never lost, sending, and what no address and no log may hold."""

import logging
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from lxml import html

from apps.core import attribution
from apps.members.permissions import Role
from apps.publications import actions
from apps.publications.models import Circulation, Comment, DraftComment, Version
from apps.publications.views import commenting
from tests.budget import queries_of
from tests.make import (
    NOW,
    PASSWORD,
    make_circulation,
    make_comment,
    make_consultee,
    make_member,
    make_membership,
    make_publication,
)

pytestmark = pytest.mark.usefixtures("frozen")

CAST = ["coordinator", "chair", "member", "observer", "other_member", "suspended", "stranger"]
TEXT = {"comment": "Too long.", "kind": "te", "section": "2.1"}


@pytest.fixture
def circulation(group):
    paper = make_publication(group=group, state="circulating", visibility="group", title="Letters")
    return make_circulation(publication=paper, seen_by="participants")


@pytest.fixture
def writer(circulation):
    person = make_member("wanda@example.org", name="Wanda Writer", password=PASSWORD)
    make_consultee(circulation=circulation, member=person)
    return person


def at(circulation, act=""):
    return f"{circulation.get_absolute_url()}comments/{act}"


def drafts_of(person):
    return list(DraftComment.objects.of(person).order_by("pk").values_list("comment", flat=True))


def test_comments_open_to_those_who_lead_and_who_are_asked(client, circulation, other_member, suspended, request):
    for person in (other_member, suspended):
        make_consultee(circulation=circulation, member=person)
    found = []
    for who in CAST:
        client.logout()
        reader = request.getfixturevalue(who)
        if reader:
            client.force_login(reader)
        found += [who] if client.get(at(circulation)).status_code == 200 else []

    assert found == ["coordinator", "chair", "other_member"]


@pytest.mark.parametrize(
    ("seen_by", "state", "shown"),
    [
        ("participants", "open", True),
        ("after_closing", "open", False),
        ("after_closing", "closed", True),
        ("leads", "closed", False),
    ],
)
def test_comments_of_others_show_as_the_circulation_says(client, circulation, writer, chair, seen_by, state, shown):
    Circulation.objects.update(seen_by=seen_by, state=state)
    make_comment(circulation=circulation, writer=make_member(), comment="zq7-other")
    make_comment(circulation=circulation, writer=writer, comment="zq7-own")

    pages = {}
    for reader in (writer, chair):
        client.force_login(reader)
        pages[reader] = client.get(at(circulation)).content.decode()

    assert ("zq7-other" in pages[writer], "zq7-own" in pages[writer]) == (shown, True)
    assert ("zq7-other" in pages[chair], "zq7-own" in pages[chair]) == (True, True)


def test_comment_without_a_name_shows_to_others_from_the_next_day_on(client, circulation, writer, chair):
    make_comment(circulation=circulation, writer=writer, comment="zq7-today", sent_on=NOW.date())
    make_comment(circulation=circulation, writer=writer, comment="zq7-named", sent_on=NOW.date(), attribution="name")
    client.force_login(chair)
    before = client.get(at(circulation)).content.decode()
    Comment.objects.update(sent_on=NOW.date() - timedelta(days=1))
    after = client.get(at(circulation)).content.decode()

    assert ("zq7-today" in before, "zq7-named" in before) == (False, True)
    assert ("zq7-today" in after, "zq7-named" in after) == (True, True)


def test_comments_stand_in_the_order_of_the_document_whoever_sent_them_when(client, circulation, writer, chair):
    for page in (9, 2, 5):
        make_comment(circulation=circulation, writer=writer, comment=f"zq7-{page}", page=page)
    client.force_login(chair)

    shown = client.get(at(circulation)).context["page_obj"].object_list

    assert [remark.comment.page for remark in shown] == [2, 5, 9]


def test_own_comment_of_today_stands_in_its_place_among_all_for_its_writer_alone(client, circulation, writer, chair):
    for page in range(2, 63):
        make_comment(circulation=circulation, writer=writer, page=page)
    make_comment(circulation=circulation, writer=writer, comment="zq7-own", page=1, sent_on=NOW.date())
    make_comment(circulation=circulation, writer=make_member(), comment="zq7-other", page=1, sent_on=NOW.date())
    reader = make_member()
    make_consultee(circulation=circulation, member=reader)

    found = {}
    for person in (writer, reader, chair):
        client.force_login(person)
        pages = [client.get(f"{at(circulation)}?page={number}").context["page_obj"] for number in (1, 2)]
        found[person] = [remark.comment.page for page in pages for remark in page.object_list]
        assert pages[0].paginator.count == len(found[person])

    assert found == {writer: [*range(1, 63)], reader: [*range(2, 63)], chair: [*range(2, 63)]}


def test_marks_are_made_for_what_is_shown_only(client, circulation, writer, chair, monkeypatch):
    for page in range(1, 71):
        make_comment(circulation=circulation, writer=writer, page=page)
    made = []
    mark = attribution.mark
    monkeypatch.setattr(attribution, "mark", lambda *parts: made.append(parts) or mark(*parts))

    counts = []
    for person in (writer, chair):
        client.force_login(person)
        made.clear()
        page = client.get(at(circulation)).context["page_obj"]
        counts.append((len(made), sum(remark.is_own for remark in page.object_list)))

    assert counts == [(50, 50), (0, 0)]


def test_nobody_but_its_writer_reads_a_draft(client, circulation, writer, coordinator, chair):
    DraftComment.objects.create(circulation=circulation, member=writer, comment="zq7-draft")
    addresses = (at(circulation), circulation.get_absolute_url(), at(circulation, "send/"), "/settings/drafts/")
    for reader in (coordinator, chair):
        client.force_login(reader)
        pages = [client.get(address).content.decode() for address in addresses]
        assert not any("zq7-draft" in page for page in pages)

    client.force_login(writer)
    assert all("zq7-draft" in client.get(address).content.decode() for address in addresses[2:])


def test_somebody_elses_draft_opens_for_nobody(client, circulation, writer, other_member):
    draft = DraftComment.objects.create(circulation=circulation, member=writer, comment="zq7-draft")
    make_consultee(circulation=circulation, member=other_member)
    client.force_login(other_member)

    page = client.get(f"{at(circulation)}?draft={draft.code}").content.decode()
    client.post(at(circulation, "delete/"), {"draft": draft.code})
    client.post(at(circulation, "save/"), {**TEXT, "draft": draft.code, "comment": "Mine."})

    assert "zq7-draft" not in page
    assert drafts_of(writer) == ["zq7-draft"]
    assert drafts_of(other_member) == ["Mine."]


def test_what_was_written_into_one_form_stands_in_no_other(client, circulation, writer, other_member):
    draft = DraftComment.objects.create(circulation=circulation, member=writer, comment="zq7-draft")
    make_consultee(circulation=circulation, member=other_member)
    client.force_login(writer)
    for asked, word in ((f"draft={draft.code}", "zq7-draft"), ("page=3&quote=zq7-quoted", "zq7-quoted")):
        page = client.get(f"{at(circulation)}?{asked}")
        assert (word in page.text, page.context["form"].is_blank) == (True, False)
    pages = []
    for person in (writer, other_member):
        client.force_login(person)
        pages += [client.get(at(circulation)), client.get(f"{at(circulation)}?page=7"), client.get(at(circulation))]

    assert not any("zq7-" in page.text for page in pages)
    assert all(page.context["form"].is_blank for page in pages)
    openings = {str(page.context["form"]["opening"].value()) for page in pages}
    assert len(openings) == len(pages)
    assert all(f'name="opening" value="{page.context["form"]["opening"].value()}"' in page.text for page in pages)
    assert ['name="page" value="7"' in page.text for page in pages] == [False, True, False] * 2


def test_draft_is_saved_by_the_button(client, circulation, writer):
    client.force_login(writer)

    response = client.post(at(circulation, "save/"), TEXT, follow=True)

    assert response.redirect_chain == [(at(circulation), 302)]
    assert "Draft saved." in response.content.decode()
    draft = DraftComment.objects.get()
    assert (draft.member, draft.comment, draft.section, draft.kind) == (writer, "Too long.", "2.1", "te")


@pytest.mark.parametrize(
    ("page", "led_to"), [("/dashboard/", "/dashboard/"), ("no-page-of-ours", ""), ("//evil.example", "")]
)
def test_comment_saved_leads_back_to_a_path_of_ours(client, circulation, writer, page, led_to):
    client.force_login(writer)

    response = client.post(at(circulation, "save/"), {**TEXT, "next": page})

    assert response.headers["Location"] == (led_to or at(circulation))
    assert drafts_of(writer) == ["Too long."]


def test_draft_is_saved_as_it_is_typed_into_the_same_row(client, circulation, writer):
    client.force_login(writer)
    first = client.post(at(circulation, "save/"), TEXT, headers={"HX-Request": "true"})
    opened = {"draft": first.context["draft"].code, "seen": first.context["stamp"]}
    again = client.post(
        at(circulation, "save/"), {**TEXT, **opened, "comment": "Longer."}, headers={"HX-Request": "true"}
    )

    assert drafts_of(writer) == ["Longer."]
    assert "Draft saved" in again.content.decode()
    assert "<html" not in again.content.decode()


def test_no_page_tells_how_many_drafts_there_are(client, circulation, writer):
    """Numbers in a row would: save, wait, save again, and see how much others have written meanwhile."""
    number = 90_817_263_544
    draft = DraftComment.objects.create(pk=number, circulation=circulation, member=writer, comment="One.")
    client.force_login(writer)
    opened = {"draft": draft.code, "seen": draft.updated_at.isoformat()}

    pages = [
        client.get(f"{at(circulation)}?draft={draft.code}"),
        client.get(at(circulation, "send/")),
        client.post(at(circulation, "save/"), {**TEXT, **opened, "comment": "Two."}, headers={"HX-Request": "true"}),
        client.get("/settings/drafts/"),
    ]

    assert [draft.code in page.text for page in pages] == [True, True, True, False]
    assert not any(str(number) in page.text for page in pages)
    assert drafts_of(writer) == ["Two."]
    assert draft.code != DraftComment(pk=number + 1).code


@pytest.mark.parametrize("is_swap_first", [True, False])
def test_text_saved_as_typed_and_by_the_button_at_one_moment_is_one_draft(client, circulation, writer, is_swap_first):
    client.force_login(writer)
    form = client.get(at(circulation)).context["form"]
    opening = str(form["opening"].value())
    typed = {**TEXT, "comment": "Too", "opening": opening, "turn": 1, "draft": "", "seen": ""}
    pressed = {**typed, "comment": "Too long.", "turn": 2}
    sent = [(typed, {"HX-Request": "true"}), (pressed, {})]
    for data, headers in sent if is_swap_first else reversed(sent):
        client.post(at(circulation, "save/"), data, headers=headers)

    assert drafts_of(writer) == ["Too long."]
    assert f'name="opening" value="{opening}"' not in client.get(at(circulation)).content.decode()


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_text_typed_when_the_circulation_is_over_is_kept(client, circulation, writer, state):
    Circulation.objects.update(state=state)
    client.force_login(writer)

    response = client.post(at(circulation, "save/"), TEXT, follow=True)

    assert response.status_code == 200
    assert drafts_of(writer) == ["Too long."]


def test_who_was_taken_off_keeps_and_downloads_what_they_wrote(client, circulation, writer):
    circulation.consultees.update(removed_at=NOW)
    client.force_login(writer)

    saved = client.post(at(circulation, "save/"), TEXT, follow=True)
    file = client.get("/settings/drafts/drafts.csv").getvalue().decode()

    assert saved.redirect_chain == [("/settings/drafts/", 302)]
    assert "Too long." in saved.content.decode()
    assert "Letters" not in saved.content.decode() + file
    assert '"2.1","","te","Too long."' in file
    assert client.get(at(circulation)).status_code == 404


def typed(page, name="comment"):
    """The text in the field of a page, which is how its writer gets it back."""
    [field] = html.fromstring(page.content).xpath(f"//main//textarea[@name='{name}' or @id='id_{name}']")
    return field.text.removeprefix("\n")


def test_who_was_taken_off_gets_back_in_full_what_can_be_no_draft_and_mends_it(client, circulation, writer):
    circulation.consultees.update(removed_at=NOW)
    client.force_login(writer)
    long = "zq7-long " * 1200

    refused = client.post(at(circulation, "save/"), {**TEXT, "comment": long})

    assert (refused.status_code, typed(refused)) == (200, long)
    assert "at most 10000 characters" in refused.text
    assert "Your text is kept here" not in refused.text + client.get("/dashboard/").text
    assert "Letters" not in refused.text
    assert drafts_of(writer) == []
    form = html.fromstring(refused.content).xpath("//main//form")[0]
    saved = client.post(form.get("action"), {**dict(form.form_values()), "comment": "Short."}, follow=True)
    assert "Your text is kept here, as a draft." in saved.text
    assert drafts_of(writer) == ["Short."]


def test_who_was_never_asked_keeps_nothing_and_gets_the_text_back(client, circulation, other_member, chair):
    for person, status, says_why in ((other_member, 404, False), (chair, 200, True)):
        client.force_login(person)
        page = client.post(at(circulation, "save/"), TEXT)
        assert (page.status_code, typed(page), typed(page, "section")) == (status, "Too long.", "2.1")
        assert ("You were not asked to comment" in page.text, "Letters" in page.text) == (says_why, False)
    assert not DraftComment.objects.exists()


def test_text_for_a_hidden_circulation_and_for_a_missing_one_comes_back_alike(client, circulation, other_member):
    client.force_login(other_member)
    missing = at(circulation).replace(circulation.code, "x" * len(circulation.code))

    pages = [client.post(f"{path}{act}", TEXT) for path in (at(circulation), missing) for act in ("save/", "own/")]

    assert {(page.status_code, typed(page)) for page in pages} == {(404, "Too long.")}
    blank = [client.post(f"{path}save/", {"kind": "te"}) for path in (at(circulation), missing)]
    assert [page.status_code for page in blank] == [404, 404]
    assert blank[0].text == blank[1].text


HERE = {"Origin": "http://testserver"}


def test_text_outlives_the_session_it_was_written_in_and_is_kept_nowhere(client, circulation, writer):
    client.force_login(writer)
    form = html.fromstring(client.get(at(circulation)).content).xpath("//form[@data-turns]")[0]
    client.logout()

    page = client.post(at(circulation, "save/"), {**dict(form.form_values()), "comment": "Yes."}, headers=HERE)

    assert (page.status_code, "You are signed out" in page.text) == (403, True)
    assert not Session.objects.exists()
    assert not DraftComment.objects.exists()
    client.force_login(writer)
    again = next(form for form in html.fromstring(page.content).forms if form.get("action") == at(circulation, "save/"))
    client.post(again.get("action"), dict(again.form_values()), headers=HERE)
    assert drafts_of(writer) == ["Yes."]


def test_stranger_leaves_nothing_behind(client, circulation):
    response = client.post(at(circulation, "save/"), TEXT)

    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={at(circulation, 'save/')}")
    assert not Session.objects.exists()
    assert not DraftComment.objects.exists()


def test_autosave_of_who_was_signed_out_says_so_and_leaves_the_text_where_it_is(client, circulation):
    said = client.post(at(circulation, "save/"), TEXT, headers=HERE | {"HX-Request": "true"})

    assert (said.status_code, said.headers["HX-Retarget"]) == (403, "#unsent")
    assert "You have been signed out" in said.text
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("comment", "x" * 1_000_000, "10000"),
        ("comment", "a\x0bb", "control characters"),
        ("comment", "a\u202eb", "direction"),
        ("section", "a\nb\r\n\u2028c", "one line"),
        ("page", "40", "1 pages"),
        ("page", "9" * 30, "9999"),
        ("kind", "xx", "valid choice"),
    ],
)
def test_bad_input_comes_back_with_a_sentence_and_the_text(client, circulation, writer, field, value, said):
    client.force_login(writer)

    response = client.post(at(circulation, "save/"), {**TEXT, field: value})

    page = response.content.decode()
    assert response.status_code == 200
    assert response.context["form"].errors[field]
    assert said in page
    assert response.context["form"][field].value() == value
    assert not DraftComment.objects.exists()


@pytest.mark.parametrize("text", ["مرحبا بالعالم", "🌍 ½ ∑", "=1+1", "<script>alert(1)</script>", "a & b"])
def test_any_script_is_kept_as_it_is(client, circulation, writer, text):
    client.force_login(writer)
    client.post(at(circulation, "save/"), {**TEXT, "comment": text})

    assert drafts_of(writer) == [text]
    assert "<script>alert" not in client.get(at(circulation)).content.decode()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
@pytest.mark.parametrize("place", [{}, {"page": 2}])
def test_empty_form_is_nothing_to_keep(client, circulation, writer, place, headers):
    Version.objects.update(pages=3)
    client.force_login(writer)

    page = client.post(at(circulation, "save/"), {"kind": "ge", "comment": " ", **place}, headers=headers).text

    assert ("Write something first." in page, "Draft saved" in page) == (True, False)
    assert not DraftComment.objects.exists()


def test_draft_that_exists_can_be_emptied(client, circulation, writer):
    draft = DraftComment.objects.create(circulation=circulation, member=writer, comment="Too long.")
    client.force_login(writer)
    form = client.get(f"{at(circulation)}?draft={draft.code}").context["form"]
    opened = {"draft": draft.code, "seen": form["seen"].value()}

    client.post(at(circulation, "save/"), {"kind": "ge", "comment": "", **opened})

    assert drafts_of(writer) == [""]


def test_sending_asks_for_a_label_and_sends_all_but_the_kept(client, circulation, writer):
    client.force_login(writer)
    for comment in ("One.", "Two."):
        client.post(at(circulation, "save/"), {**TEXT, "comment": comment})
    kept = DraftComment.objects.order_by("pk")[0]

    page = client.get(at(circulation, "send/"))
    without = client.post(at(circulation, "send/"), {}).content.decode()
    sent = client.post(at(circulation, "send/"), {"attribution": "none", "keep": kept.code}, follow=True)

    assert [label.attribution for label in page.context["labels"]] == ["name", "none"]
    assert "Choose how" in without
    assert "1 comment sent. Others see what shows no name from tomorrow on." in sent.content.decode()
    assert drafts_of(writer) == ["One."]
    assert [comment.comment for comment in Comment.objects.all()] == ["Two."]


@pytest.mark.parametrize(("days_over", "is_warned"), [(-1, False), (2, True)])
def test_who_alone_has_more_time_reads_that_it_may_tell(client, circulation, writer, days_over, is_warned):
    day = NOW.date() - timedelta(days=days_over)
    circulation.deadline_on = day
    circulation.save()
    circulation.consultees.update(extended_until=NOW + timedelta(days=9))
    client.force_login(writer)
    client.post(at(circulation, "save/"), TEXT)

    page = client.get(at(circulation, "send/")).text

    assert ("may guess that what comes now is yours" in page) is is_warned


def test_saving_that_comes_after_sending_is_answered_in_place(client, circulation, writer):
    client.force_login(writer)
    form = {**TEXT, "opening": "8f14e45f-ceea-467f-ab1e-0f2b1b3c4d5e", "turn": "1"}
    client.post(at(circulation, "save/"), form)
    client.post(at(circulation, "send/"), {"attribution": "none"})

    late = client.post(at(circulation, "save/"), {**form, "turn": "2"}, headers={"HX-Request": "true"})

    assert (late.status_code, "You have sent this comment already." in late.text) == (200, True)
    assert drafts_of(writer) == []


def test_sending_is_for_who_is_asked(client, circulation, chair, other_member):
    client.force_login(chair)
    assert client.post(at(circulation, "send/"), {"attribution": "none"}).status_code == 403
    client.force_login(other_member)
    assert client.post(at(circulation, "send/"), {"attribution": "none"}).status_code == 404


def test_observer_reads_and_is_told_that_observers_do_not_comment(client, circulation, group):
    observer = make_member()
    make_membership(group=group, member=observer, role=Role.OBSERVER)
    make_consultee(circulation=circulation, member=observer)
    client.force_login(observer)

    assert client.get(at(circulation)).status_code == 200
    DraftComment.objects.create(circulation=circulation, member=observer, comment="No.")
    page = client.post(at(circulation, "send/"), {"attribution": "none"}).content.decode()
    assert "Observers of the group read along" in page
    assert not Comment.objects.exists()


def own(client, circulation, sent, act, **fields):
    data = {**TEXT, "own": sent.pk, "revision": sent.revision, "act": act, **fields}
    return client.post(at(circulation, "own/"), data)


def test_own_comment_is_opened_changed_widened_and_taken_back(client, circulation, writer):
    comment = make_comment(circulation=circulation, writer=writer, attribution="name", comment="First.")
    client.force_login(writer)

    opened = own(client, circulation, comment, "open")
    own(client, circulation, comment, "change", comment="Second.")
    own(client, circulation, comment, "widen", attribution="none")
    changed = Comment.objects.get()
    own(client, circulation, comment, "take_back")

    assert opened.context["form"]["comment"].value() == "First."
    assert (changed.comment, changed.label, changed.author) == ("Second.", "", None)
    assert not Comment.objects.exists()
    assert drafts_of(writer) == ["Second."]


@pytest.mark.parametrize("act", ["open", "change", "widen", "take_back", "steal"])
def test_comment_of_somebody_else_can_not_be_touched(client, circulation, writer, other_member, chair, act):
    comment = make_comment(circulation=circulation, writer=writer, attribution="name", comment="zq7-first")
    make_consultee(circulation=circulation, member=other_member)
    for reader in (other_member, chair):
        client.force_login(reader)
        response = own(client, circulation, comment, act, attribution="none", comment="Theirs.")
        assert response.status_code == (200 if act == "change" else 302)
    comment.refresh_from_db()
    assert (comment.comment, comment.author) == ("zq7-first", writer)


def test_new_text_for_a_comment_taken_back_in_another_window_becomes_a_draft(client, circulation, writer):
    comment = make_comment(circulation=circulation, writer=writer, comment="First.")
    client.force_login(writer)
    own(client, circulation, comment, "take_back")

    page = own(client, circulation, comment, "change", comment="Second.")

    assert "This comment is not there any more." in page.text
    form = html.fromstring(page.content).xpath("//form[@data-turns]")[0]
    client.post(form.get("action"), dict(form.form_values()))
    assert drafts_of(writer) == ["First.", "Second."]


def test_new_text_for_a_comment_that_was_settled_meanwhile_is_given_back(client, circulation, writer):
    comment = make_comment(circulation=circulation, writer=writer, comment="First.")
    Circulation.objects.update(state="closed")
    client.force_login(writer)

    page = own(client, circulation, comment, "change", comment="Second.")

    assert (typed(page), typed(page, "section")) == ("Second.", "2.1")
    assert "First." in page.text


def test_no_log_line_joins_a_member_to_a_comment(client, circulation, writer, caplog):
    caplog.set_level(logging.DEBUG)
    client.force_login(writer)
    page = f"/publications/{circulation.publication.slug}/versions/{circulation.version.number}/pages/1/"
    client.get("/publications/")
    client.get("/settings/drafts/")
    client.post(at(circulation, "save/"), {**TEXT, "comment": "zq7-canary", "next": page}, follow=True)
    client.post(f"{circulation.get_absolute_url()}none/")
    client.post(at(circulation, "send/"), {"attribution": "none"})
    comment = Comment.objects.get()
    for act in ("open", "change", "take_back"):
        own(client, circulation, comment, act, comment="zq7-canary")

    requests = [(record.args[1], record.member) for record in caplog.records if record.name == "portal.request"]
    assert [path for path, member in requests if member == writer.pk] == ["/publications/"]
    assert {path for path, member in requests if not member} == {
        page,
        "/settings/drafts/",
        f"{circulation.get_absolute_url()}none/",
        *(at(circulation, act) for act in ("save/", "send/", "own/")),
    }
    lines = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    forbidden = ("zq7-canary", str(comment.pk), comment.pk.hex, comment.owner_mark)
    assert [line for line in lines if any(word in line for word in forbidden)] == []


def test_page_takes_as_many_queries_for_300_comments_as_for_one(client, circulation, writer, chair):
    make_comment(circulation=circulation, writer=writer)
    DraftComment.objects.create(circulation=circulation, member=writer, comment="x")
    readers = (writer, chair)
    few = [queries_of(client, reader, at(circulation)) for reader in readers]

    for number in range(300):
        make_comment(circulation=circulation, writer=writer, page=number + 1)
    many = [queries_of(client, reader, at(circulation)) for reader in readers]

    assert few == many
    assert max(many) <= 9
    make_comment(circulation=circulation, writer=writer, sent_on=NOW.date())
    assert queries_of(client, writer, at(circulation)) <= 10


def test_clock_of_this_module_stands_where_the_circulation_is_open(circulation):
    assert circulation.opened_at < timezone.now() < circulation.deadline_at


def form_of(page):
    """What the form that sends drafts holds besides what one chooses."""
    [form] = html.fromstring(page).xpath("//form[@id='send']")
    hidden = [(field.name, field.value) for field in form.inputs if field.get("type") == "hidden"]
    return {name: [value for each, value in hidden if each == name] for name, _value in hidden}


def test_page_of_drafts_sends_what_it_shows_and_nothing_else(client, circulation, writer, monkeypatch, time_machine):
    monkeypatch.setattr(commenting, "DRAFTS_PER_PAGE", 2)
    for number in (1, 2, 3):
        actions.save_draft(actor=writer, circulation=circulation, text={"comment": f"Draft {number}."})
    time_machine.move_to(NOW + timedelta(minutes=1), tick=False)
    client.force_login(writer)
    sent = form_of(client.get(at(circulation, "send/")).text)
    whole = form_of(client.get(at(circulation, "send/?page=2")).text)
    assert (len(sent["shown"]), len(whole["shown"])) == (2, 1)
    time_machine.move_to(NOW + timedelta(minutes=2), tick=False)
    actions.save_draft(actor=writer, circulation=circulation, text={"comment": "Typed meanwhile."})

    client.post(at(circulation, "send/"), {**sent, "attribution": "none", "these": "1"})
    assert drafts_of(writer) == ["Draft 3.", "Typed meanwhile."]
    client.post(at(circulation, "send/"), {**whole, "attribution": "none"})
    assert drafts_of(writer) == ["Typed meanwhile."]
    assert Comment.objects.count() == 3


@pytest.mark.parametrize("seen_at", ["", "x", "2027", "2027-03-01T09:00:00", "0001-01-01T00:00:00+14:00"])
def test_moment_that_is_none_sends_all(client, circulation, writer, seen_at):
    actions.save_draft(actor=writer, circulation=circulation, text={"comment": "Too long."})
    client.force_login(writer)

    client.post(at(circulation, "send/"), {"attribution": "none", "seen_at": seen_at})

    assert Comment.objects.count() == 1
