"""The page of comments: who sees what, drafts that are never lost, sending, and what no address and no log may hold."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.members.permissions import Role
from apps.publications.models import Circulation, Comment, DraftComment
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

    page = client.get(f"{at(circulation)}?draft={draft.pk}").content.decode()
    client.post(at(circulation, "delete/"), {"draft": draft.pk})
    client.post(at(circulation, "save/"), {**TEXT, "draft": draft.pk, "comment": "Mine."})

    assert "zq7-draft" not in page
    assert drafts_of(writer) == ["zq7-draft"]
    assert drafts_of(other_member) == ["Mine."]


def test_draft_is_saved_by_the_button(client, circulation, writer):
    client.force_login(writer)

    response = client.post(at(circulation, "save/"), TEXT, follow=True)

    assert response.redirect_chain == [(at(circulation), 302)]
    assert "Draft saved." in response.content.decode()
    draft = DraftComment.objects.get()
    assert (draft.member, draft.comment, draft.section, draft.kind) == (writer, "Too long.", "2.1", "te")


def test_draft_is_saved_as_it_is_typed_into_the_same_row(client, circulation, writer):
    client.force_login(writer)
    first = client.post(at(circulation, "save/"), TEXT, headers={"HX-Request": "true"})
    opened = {"draft": first.context["draft"].pk, "seen": first.context["stamp"]}
    again = client.post(
        at(circulation, "save/"), {**TEXT, **opened, "comment": "Longer."}, headers={"HX-Request": "true"}
    )

    assert drafts_of(writer) == ["Longer."]
    assert "Draft saved" in again.content.decode()
    assert "<html" not in again.content.decode()


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


def test_who_was_never_asked_keeps_nothing(client, circulation, other_member, chair):
    for person, status in ((other_member, 404), (chair, 200)):
        client.force_login(person)
        assert client.post(at(circulation, "save/"), TEXT).status_code == status
    assert not DraftComment.objects.exists()


def test_text_outlives_the_session_it_was_written_in(client, circulation, writer):
    client.force_login(writer)
    mark = client.get(at(circulation)).context["writer_mark"]
    client.logout()

    sent_off = client.post(at(circulation, "save/"), {**TEXT, "writer": mark, "comment": "zq7-held"})
    login = {"login": writer.email, "password": PASSWORD}
    back = client.post(sent_off.headers["Location"], login, follow=True)

    assert sent_off.status_code == 302
    assert back.redirect_chain[-1][0] == at(circulation)
    assert back.context["form"]["comment"].value() == "zq7-held"
    assert drafts_of(writer) == []
    client.post(at(circulation, "save/"), {**TEXT, "comment": "zq7-held"})
    assert client.get(at(circulation)).context["form"]["comment"].value() in (None, "")


def test_held_text_is_shown_to_its_writer_alone(client, circulation, writer, other_member):
    make_consultee(circulation=circulation, member=other_member)
    client.force_login(writer)
    mark = client.get(at(circulation)).context["writer_mark"]
    client.logout()
    client.post(at(circulation, "save/"), {**TEXT, "writer": mark, "comment": "zq7-held"})

    client.post("/accounts/login/", {"login": other_member.email, "password": PASSWORD})

    assert "zq7-held" not in client.get(at(circulation)).content.decode()


def test_stranger_leaves_nothing_behind(client, circulation):
    response = client.post(at(circulation, "save/"), {**TEXT, "writer": "forged"})

    assert response.status_code == 302
    assert "held_comment" not in client.session


def test_autosave_of_who_was_signed_out_says_so_in_place(client, circulation, writer):
    client.force_login(writer)
    mark = client.get(at(circulation)).context["writer_mark"]
    client.logout()

    said = client.post(
        at(circulation, "save/"), {**TEXT, "writer": mark}, headers={"HX-Request": "true"}
    ).content.decode()

    assert "You have been signed out." in said
    assert "Your text is kept for you." in said


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


def test_empty_form_is_nothing_to_keep(client, circulation, writer):
    client.force_login(writer)

    page = client.post(at(circulation, "save/"), {"kind": "ge"}).content.decode()

    assert "nothing to keep" in page
    assert not DraftComment.objects.exists()


def test_sending_asks_for_a_label_and_sends_all_but_the_kept(client, circulation, writer):
    client.force_login(writer)
    for comment in ("One.", "Two."):
        client.post(at(circulation, "save/"), {**TEXT, "comment": comment})
    kept = DraftComment.objects.order_by("pk")[0]

    page = client.get(at(circulation, "send/"))
    without = client.post(at(circulation, "send/"), {}).content.decode()
    sent = client.post(at(circulation, "send/"), {"attribution": "none", "keep": kept.pk}, follow=True)

    assert [label.attribution for label in page.context["labels"]] == ["name", "none"]
    assert "Choose how" in without
    assert "1 comment sent. Others see what shows no name from tomorrow on." in sent.content.decode()
    assert drafts_of(writer) == ["One."]
    assert [comment.comment for comment in Comment.objects.all()] == ["Two."]


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
        assert response.status_code == 302
    comment.refresh_from_db()
    assert (comment.comment, comment.author) == ("zq7-first", writer)


def test_no_log_line_joins_a_member_to_a_comment(client, circulation, writer, caplog):
    caplog.set_level(logging.DEBUG)
    client.force_login(writer)
    client.post(at(circulation, "save/"), {**TEXT, "comment": "zq7-canary"})
    client.post(at(circulation, "send/"), {"attribution": "none"})
    comment = Comment.objects.get()
    for act in ("open", "change", "take_back"):
        own(client, circulation, comment, act, comment="zq7-canary")

    lines = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert any("/comments/send/" in line for line in lines)
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
    assert max(many) <= 10


def test_clock_of_this_module_stands_where_the_circulation_is_open(circulation):
    assert circulation.opened_at < timezone.now() < circulation.deadline_at
