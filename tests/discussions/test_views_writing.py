"""Opening threads, replying, mentions; nothing typed is lost."""

import re
from datetime import timedelta

import pytest

from apps.core.models import AuditEntry
from apps.discussions import actions
from apps.discussions.models import MAX_POST, DraftPost, Post, ReadMark, Thread
from apps.members.models import Member, Membership
from tests.make import NOW, make_event, make_member, make_organisation, make_post, make_thread


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.mark.parametrize("who", ["coordinator", "chair", "member"])
def test_reply_is_the_next_post_under_the_name(client, request, thread, who):
    writer = request.getfixturevalue(who)
    client.force_login(writer)

    response = client.post(f"/discussions/{thread.pk}/", {"text": "A *new*\r\nthought"})

    post = Post.objects.get()
    assert response.url == f"/discussions/{thread.pk}/?page=1&said=posted#p1"
    assert (post.number, post.author, post.posted_at, post.text) == (1, writer, NOW, "A *new*\nthought")
    assert "<em>new</em>" in client.get(response.url).text


@pytest.mark.parametrize("who", ["observer", "other_member", "suspended", "stranger"])
def test_reply_of_who_may_not_write_is_not_kept_and_comes_back(client, request, thread, who):
    writer = request.getfixturevalue(who)
    if writer:
        client.force_login(writer)

    response = client.post(
        f"/discussions/{thread.pk}/", {"text": "zq7-not for me"}, headers={"Origin": "http://testserver"}
    )

    assert not Post.objects.exists()
    assert "zq7-not for me" in response.text
    assert response.status_code == {"observer": 200, "other_member": 404}.get(who, 403)


def test_text_for_a_thread_that_was_moved_away_comes_back_as_for_one_that_never_was(client, thread, other_member):
    client.force_login(other_member)

    moved = client.post(f"/discussions/{thread.pk}/", {"text": "zq7"})
    never = client.post("/discussions/100000000000/", {"text": "zq7"})

    assert "zq7" in moved.text
    assert (moved.status_code, _bare(moved, thread)) == (404, _bare(never, thread))


@pytest.mark.parametrize("mode", ["thread", "quiet"])
def test_text_of_who_may_not_write_any_more_comes_back(client, request, mode, member):
    thread = request.getfixturevalue(mode)
    make_post(thread=thread, writer=member, text="As it stands.")
    Membership.objects.update(role="observer")
    client.force_login(member)

    edited = client.post(f"/discussions/{thread.pk}/posts/1/edit/", {"text": "zq7-text", "revision": "0"})
    opened = client.post("/discussions/new/", {"title": "zq7-title", "text": "zq7-text", "mode": "unattributed"})

    assert (edited.status_code, opened.status_code) == (403, 403)
    assert "zq7-text" in edited.text
    assert "zq7-title" in opened.text
    assert "zq7-text" in opened.text
    assert list(Post.objects.values_list("text", flat=True)) == ["As it stands."]
    refused = AuditEntry.objects.filter(event="refused", actor=member).order_by("pk")
    assert list(refused.values_list("detail", flat=True)) == ["discussions:edit", "discussions:open"]


def test_text_and_title_of_a_thread_about_an_event_that_went_away_come_back(client, member, other_group):
    event = make_event(group=other_group, visibility="group")
    client.force_login(member)

    response = client.post(f"/discussions/new/?event={event.slug}", {"title": "zq7-title", "text": "zq7-text"})

    assert response.status_code == 404
    assert "zq7-title" in response.text
    assert "zq7-text" in response.text


def test_who_typed_nothing_gets_the_page_of_every_refusal(client, thread, observer):
    make_post(thread=thread, writer=observer)
    client.force_login(observer)

    refused = client.post(f"/discussions/{thread.pk}/posts/1/edit/", {"text": " ", "revision": "0"})

    assert (refused.status_code, "You may not do that" in refused.text) == (403, True)
    assert AuditEntry.objects.filter(event="refused").count() == 1


def _bare(response, thread):
    """A page without what changes each time, and without the address that was asked for."""
    return re.sub(r'value="[^"]{40,}"', "", response.text).replace(str(thread.pk), "100000000000")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"is_locked": True, "lock_reason": "Settled."}, "This thread is locked"),
        ({"is_hidden": True, "hidden_reason": "Off the point."}, "This thread is hidden"),
    ],
)
def test_closed_thread_takes_no_posts_and_gives_the_text_back(client, thread, chair, fields, why):
    Thread.objects.update(**fields)
    client.force_login(chair)

    response = client.post(f"/discussions/{thread.pk}/", {"text": "zq7-late"})

    assert (response.status_code, Post.objects.count()) == (200, 0)
    assert why in response.text
    assert "zq7-late" in response.text


def test_event_put_under_the_chatham_house_rule_locks_its_named_threads_and_says_so(client, group, member):
    event = make_event(group=group)
    thread = make_thread(group=group, about=event)
    make_post(thread=thread, writer=member)
    client.force_login(member)
    assert "Post reply" in client.get(f"/discussions/{thread.pk}/").text

    event.is_chatham_house = True
    event.save()
    response = client.post(f"/discussions/{thread.pk}/", {"text": "zq7-late"})

    assert Post.objects.count() == 1
    assert "zq7-late" in response.text
    assert "under the Chatham House Rule now" in client.get(f"/discussions/{thread.pk}/").text


@pytest.mark.parametrize("text", ["", " \n ", "x" * 30_001, "x" * 1_000_000])
def test_text_that_is_no_post_is_refused_and_stays_in_the_form(client, thread, member, text):
    client.force_login(member)

    response = client.post(f"/discussions/{thread.pk}/", {"text": text})

    assert (response.status_code, Post.objects.count()) == (200, 0)
    assert response.context["form"].errors["text"]
    assert text in response.text


@pytest.mark.parametrize(
    "text", ["\u202eevil", "👩‍🔬 ✔", "a\r\nb", "<script>alert(1)</script>", "[" * 10_000, "> " * 9_999]
)
def test_hostile_text_is_kept_as_text(client, thread, member, text):
    client.force_login(member)

    response = client.post(f"/discussions/{thread.pk}/", {"text": text}, follow=True)

    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert Post.objects.count() == 1


def test_same_text_twice_in_a_row_is_one_post(client, thread, member, chair):
    for person in (member, member, chair):
        client.force_login(person)
        client.post(f"/discussions/{thread.pk}/", {"text": "Yes."})

    assert list(Post.objects.order_by("number").values_list("author", flat=True)) == [member.pk, chair.pk]


@pytest.mark.parametrize("where", ["", "posts/1/edit/", "new"])
def test_preview_draws_and_keeps_nothing(client, thread, member, where):
    make_post(thread=thread, writer=member, text="Before")
    client.force_login(member)
    url = "/discussions/new/" if where == "new" else f"/discussions/{thread.pk}/{where}"
    sent = {"text": "A **bold** one", "preview": "1"}

    page = client.post(url, sent)
    part = client.post(url, sent, headers={"HX-Request": "true"})

    assert "<strong>bold</strong>" in page.text
    assert "A **bold** one" in page.text
    assert part.text.strip().startswith("<section")
    assert "<h1" not in part.text
    assert [post.text for post in Post.objects.all()] == ["Before"]


@pytest.mark.parametrize("escaped", [r"@\{%d}", "@&#123;%d}", "@&lbrace;%d}", "&#64;{%d}"])
def test_escape_makes_nobody_s_number_a_name(client, thread, member, other_member, escaped):
    """Numbers tell nothing of anybody; with names in their places all members could be read."""
    Member.objects.filter(pk=other_member.pk).update(name="zq7-somebody")
    client.force_login(member)
    text, url = f"See {escaped % other_member.pk}.", f"/discussions/{thread.pk}/"

    previewed = client.post(url, {"text": text, "preview": "1"}).text
    written = client.post(url, {"text": text}, follow=True).text
    client.post(f"{url}posts/1/edit/", {"text": "Other words.", "revision": "0"})
    history = client.get(f"{url}posts/1/history/").text

    assert "Other words." in client.get(url).text
    for page in (previewed, written, history):
        assert f"@{{{other_member.pk}}}" in page
        assert "zq7-somebody" not in page


@pytest.mark.parametrize("where", ["", "posts/1/edit/", "new"])
def test_preview_of_a_text_too_long_to_be_posted_draws_and_looks_up_nothing(client, thread, member, chair, where):
    """Drawing the first 50,000 characters takes up to seconds, and a mention of anybody must not become a name."""
    make_post(thread=thread, writer=member)
    client.force_login(member)
    url = "/discussions/new/" if where == "new" else f"/discussions/{thread.pk}/{where}"
    most = f"**bold** @{{{chair.pk}}} ".ljust(MAX_POST, "a")

    fits, too_long = (client.post(url, {"text": text, "preview": "1"}).text for text in (most, most + "a"))

    assert fits.count("<strong>bold</strong>") == 1
    assert "There is no preview: a post has at most 30,000 characters." not in fits
    assert "<strong>bold</strong>" not in too_long
    assert "There is no preview: a post has at most 30,000 characters." in too_long
    assert f"/members/{chair.pk}/" not in too_long.partition('id="preview"')[2]


def mention(client, thread, writer, text):
    client.force_login(writer)
    client.post(f"/discussions/{thread.pk}/", {"text": text})
    return Post.objects.latest("number")


def test_mention_follows_the_person_and_not_the_spelling(client, thread, member, chair):
    post = mention(client, thread, member, "Ask @chidi CHAIR, or mail a@chidi.org")
    assert post.text == f"Ask @{{{chair.pk}}}, or mail a@chidi.org"

    chair.name = "Chidi <Newname>"
    chair.save()
    page = client.get(f"/discussions/{thread.pk}/").text

    assert f'<a href="/members/{chair.pk}/" rel="nofollow noopener">@Chidi &lt;Newname&gt;</a>' in page


def test_nobody_is_mentioned_who_may_not_see_the_thread_or_whom_the_writer_may_not_know(client, thread, member):
    elsewhere = make_member(name="Elsewhere Ann")
    unlisted = make_member(name="Unlisted Staff", is_staff=True, is_listed=False)
    twins = [make_member(name="Twin Sister", group=thread.group) for _each in range(2)]
    typed = f"@Elsewhere Ann @Unlisted Staff @Twin Sister @Nobody @{{{elsewhere.pk}}} @{{{unlisted.pk}}}"

    post = mention(client, thread, member, typed)

    assert post.text == f"@Elsewhere Ann @Unlisted Staff @Twin Sister @Nobody @{elsewhere.pk} @{unlisted.pk}"
    page = client.post(f"/discussions/{thread.pk}/", {"text": f"@{{{twins[0].pk}}}", "preview": "1"}).text
    assert "members/" + str(twins[0].pk) not in page


@pytest.mark.parametrize(
    ("name", "typed", "rest"),
    [
        ("Nguyễn Thị Ánh", "@nguyen thi anh", ", please"),
        ("Nguyễn Thị Ánh", "@NGUYỄN THỊ ÁNH", " agrees"),
        ("Aïssatou Fall", "@Ai\u0308ssatou Fall", "'s point"),
        ("Aissatou Fall", "@Aïssatou Fall", "’s point"),
        ("Friedemann Weißgerber", "@friedemann weissgerber", ""),
        ("Tavita Leʻaupepe", "@Tavita Leaupepe", "."),
        ("Sinéad O’Connor", "@Sinead O'Connor", "?"),
        ("Pelé", "@pele", "'s point"),
        ("Оксана", "@ОКСАНА", "!"),
    ],
)
def test_name_is_found_whatever_its_accents_and_capitals(client, thread, member, name, typed, rest):
    found = make_member(name=name, group=thread.group)
    make_member(name=f"{name}son", group=thread.group)

    post = mention(client, thread, member, f"Ask {typed}{rest}")
    page = client.post(f"/discussions/{thread.pk}/", {"text": f"Ask {typed}{rest}", "preview": "1"})

    assert post.text == f"Ask @{{{found.pk}}}{rest}"
    assert f">@{name}</a>" in page.text


@pytest.mark.parametrize(("name", "typed"), [("Groß", "@Gros"), ("Gros", "@Groß"), ("Ann", "@Anna"), ("Élan", "@lan")])
def test_part_of_a_name_is_nobody(client, thread, member, name, typed):
    make_member(name=name, group=thread.group)

    assert mention(client, thread, member, typed).text == typed


def test_names_that_differ_by_accents_alone_are_told_apart_by_them(client, thread, member):
    accented, plain = (make_member(name=name, group=thread.group) for name in ("José Silva", "Jose Silva"))

    post = mention(client, thread, member, "@josé silva, @JOSE SILVA, @Josê Silva")

    assert post.text == f"@{{{accented.pk}}}, @{{{plain.pk}}}, @Josê Silva"


@pytest.mark.parametrize("mode", ["named", "unattributed"])
def test_name_that_fits_several_is_told_before_and_after(client, group, member, mode):
    thread = make_thread(group=group, mode=mode)
    post = make_post(thread=thread, writer=member, text="Before.")
    for _each in range(2):
        make_member(name="Twin Sister", group=group)
    client.force_login(member)
    url, text, said = f"/discussions/{thread.pk}/", "@twin sister and @Nobody", "fits several people here: nobody is"

    for where in (url, f"{url}posts/{post.number}/edit/"):
        before = client.post(where, {"text": text, "preview": "1"}).text
        after = client.post(where, {"text": text, "revision": 0}, follow=True).text
        assert "“@twin sister” fits several people here: nobody is mentioned by it." in before
        assert said in after
    opened = client.post("/discussions/new/", open_form(group, mode=mode, text=text), follow=True)
    assert said in opened.text
    assert said not in client.post(url, {"text": "@Nobody"}, follow=True).text


def test_preview_of_a_new_thread_shows_whom_it_mentions(client, group, member, chair):
    client.force_login(member)

    page = client.post("/discussions/new/", open_form(group, text="Ask @chidi chair", preview="1"))

    assert f'<a href="/members/{chair.pk}/" rel="nofollow noopener">@{chair.name}</a>' in page.text


def open_form(group, **fields):
    return {"title": "Baselines", "group": group.pk, "visibility": "group", "mode": "named", "text": "First.", **fields}


@pytest.mark.parametrize("who", ["coordinator", "chair", "member"])
def test_thread_is_opened_with_its_first_post(client, request, group, who):
    opener = request.getfixturevalue(who)
    client.force_login(opener)

    response = client.post("/discussions/new/", open_form(group))

    thread, post = Thread.objects.get(), Post.objects.get()
    assert response.url == f"/discussions/{thread.pk}/?said=opened"
    assert (thread.opener, thread.opened_at, post.author, post.number) == (opener, NOW, opener, 1)


@pytest.mark.parametrize("mode", list(Thread.Mode))
def test_second_press_opens_no_second_thread(client, group, member, chair, mode):
    client.force_login(member)

    addresses = {client.post("/discussions/new/", open_form(group, mode=mode)).url for _press in range(2)}

    thread = Thread.objects.get()
    assert addresses == {f"{thread.get_absolute_url()}?said=opened"}
    assert Post.objects.count() == 1
    client.force_login(chair)
    client.post("/discussions/new/", open_form(group, mode=mode))
    assert Thread.objects.count() == 2
    client.post("/discussions/new/", open_form(group, mode=mode, text="Another."))
    assert Thread.objects.count() == 3


def test_observer_opens_no_thread(client, observer, group):
    client.force_login(observer)

    assert client.get("/discussions/new/").status_code == 403
    assert client.post("/discussions/new/", open_form(group)).status_code == 403
    assert not Thread.objects.exists()


def test_nobody_opens_a_thread_in_another_group_or_one_they_would_not_see(client, member, group, other_group):
    client.force_login(member)

    foreign = client.post("/discussions/new/", open_form(other_group))
    unseen = client.post("/discussions/new/", open_form(group, visibility="coordinators"))

    assert (foreign.status_code, unseen.status_code, Thread.objects.count()) == (200, 200, 0)
    assert foreign.context["form"].errors["group"]
    assert "You would not see this thread yourself" in unseen.text
    assert "First." in unseen.text


def test_public_is_no_choice(client, member, group):
    client.force_login(member)

    response = client.post("/discussions/new/", open_form(group, visibility="public"))

    assert response.context["form"].errors["visibility"]


def test_thread_about_a_chatham_house_event_has_no_names_whatever_is_asked(client, member, group):
    event = make_event(group=group, is_chatham_house=True)
    client.force_login(member)
    assert 'name="mode"' not in client.get(f"/discussions/new/?event={event.slug}").text

    client.post(f"/discussions/new/?event={event.slug}", open_form(group, mode="named"))

    thread = Thread.objects.get()
    assert (thread.mode, thread.event, thread.opener, thread.opened_at) == ("unattributed", event, None, None)


def test_thread_is_about_nothing_the_opener_may_not_see(client, member, other_group):
    event = make_event(group=other_group)
    client.force_login(member)

    assert client.get(f"/discussions/new/?event={event.slug}").status_code == 404


def test_label_is_offered_where_it_fits_five_who_could_have_written(client, quiet, group, member):
    house = make_organisation(name="Registry House", stakeholder_group="standard")
    people = [member, *(make_member(group=group) for _each in range(3))]
    for person in people:
        person.organisation = house
        person.save()
    make_member(group=group, role="observer", organisation=house)
    make_member(organisation=house)
    make_member(group=group, organisation=house, shows_organisation=False)
    client.force_login(member)
    url = f"/discussions/{quiet.pk}/"

    four = client.post(url, {"text": "Four.", "shown_as": "organisation"})
    assert (four.status_code, Post.objects.count()) == (200, 0)
    Membership.objects.filter(role="observer").update(role="member")
    client.post(url, {"text": "Five.", "shown_as": "organisation"})
    client.post(url, {"text": "Kin.", "shown_as": "stakeholder_group"})

    assert list(Post.objects.order_by("number").values_list("attribution", "label", "author")) == [
        ("organisation", "Registry House", None),
        ("stakeholder_group", "standard", None),
    ]
    assert "Standard or registry" in client.get(url).text


def test_first_post_without_names_is_signed_by_a_label_that_fits_five_readers(client, group, member):
    house = make_organisation(name="Registry House", stakeholder_group="standard")
    for person in (member, *(make_member(group=group) for _each in range(3))):
        person.organisation = house
        person.save()
    client.force_login(member)
    sent = {"title": "Prices", "text": "Too low.", "group": group.pk, "visibility": "group", "mode": "unattributed"}

    four = client.post("/discussions/new/", {**sent, "shown_as": "organisation"})
    assert "This label fits too few people here." in four.text
    assert "Too low." in four.text
    assert not Thread.objects.exists()

    make_member(group=group, organisation=house)
    client.post("/discussions/new/", {**sent, "shown_as": "organisation"})
    named = {**sent, "mode": "named", "title": "Letters"}
    client.post("/discussions/new/", {**named, "shown_as": "organisation"})

    found = Post.objects.order_by("thread__title").values_list("thread__mode", "attribution", "label", "author")
    assert list(found) == [
        ("named", "name", "", member.pk),
        ("unattributed", "organisation", "Registry House", None),
    ]


def test_who_has_no_organisation_is_offered_no_label_for_a_first_post(client, group, member):
    client.force_login(member)

    assert "shown_as" not in client.get("/discussions/new/").text


def test_name_is_no_label_to_choose(client, quiet, member):
    client.force_login(member)

    response = client.post(f"/discussions/{quiet.pk}/", {"text": "Me.", "shown_as": "name"})

    assert response.context["form"].errors["shown_as"]
    assert not Post.objects.exists()


@pytest.mark.parametrize(("read", "noted"), [(3, 4), (2, 2), (0, None)])
def test_own_post_counts_as_read_where_all_before_it_was(client, thread, member, chair, read, noted):
    for _each in range(3):
        make_post(thread=thread, writer=chair)
    if read:
        ReadMark.objects.advance(member=member, thread_id=thread.pk, number=read)
    client.force_login(member)
    url = f"/discussions/{thread.pk}/"

    page = client.post(url, {"text": "Mine."}, follow=True).text

    assert ReadMark.objects.filter(member=member).values_list("number", flat=True).first() == noted
    is_read = read == 3
    assert ('id="new"' in page, thread.title in client.get("/discussions/?show=unread").text) == (
        not is_read,
        not is_read,
    )


@pytest.mark.parametrize(("mode", "marks"), [("named", [1]), ("unattributed", [])])
def test_opening_a_thread_by_name_alone_notes_it_as_read(group, member, mode, marks):
    thread = Thread(group=group, title="Who counts?", mode=mode)

    actions.open_thread(actor=member, thread=thread, text="Well?", now=NOW)

    assert list(ReadMark.objects.values_list("number", flat=True)) == marks


def test_unattributed_thread_keeps_no_draft_and_writing_moves_no_read_mark(client, quiet, member):
    client.force_login(member)
    url = f"/discussions/{quiet.pk}/"

    client.post(f"{url}draft/", {"text": "Half"})
    response = client.post(url, {"text": "Whole"}, follow=True)

    assert not DraftPost.objects.exists()
    assert not ReadMark.objects.exists()
    assert 'hx-trigger="load"' not in response.text
    assert 'hx-trigger="load"' in client.get(url).text


def test_edit_keeps_what_stood_there_and_says_when(client, thread, member, chair, time_machine):
    make_post(thread=thread, writer=member, text="Before")
    client.force_login(member)
    url = f"/discussions/{thread.pk}/posts/1/"
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)

    assert client.post(f"{url}edit/", {"text": "After", "revision": 0}).status_code == 302

    post = Post.objects.get()
    assert (post.text, post.revision, post.edited_at) == ("After", 1, NOW + timedelta(hours=1))
    client.force_login(chair)
    assert "Before" in client.get(f"{url}history/").text


@pytest.mark.parametrize("who", ["coordinator", "chair", "other_member"])
@pytest.mark.parametrize("act", ["edit", "delete", "name"])
def test_nobody_touches_the_post_of_another(client, request, quiet, thread, member, who, act):
    posts = [make_post(thread=each, writer=member, text="Mine") for each in (quiet, thread)]
    client.force_login(request.getfixturevalue(who))

    for post in posts:
        url = f"/discussions/{post.thread_id}/posts/1/{act}/"
        assert client.get(url).status_code == (404 if who == "other_member" else 403)
        assert client.post(url, {"text": "Theirs"}).status_code in (403, 404)

    assert set(Post.objects.values_list("text", "state", "attribution")) == {
        ("Mine", "shown", "none"),
        ("Mine", "shown", "name"),
    }


def test_two_edits_at_once_show_both_texts_and_lose_none(client, thread, member):
    make_post(thread=thread, writer=member, text="Before")
    client.force_login(member)
    url = f"/discussions/{thread.pk}/posts/1/edit/"
    client.post(url, {"text": "From one window", "revision": 0})

    second = client.post(url, {"text": "From the other", "revision": 0})

    assert second.status_code == 200
    assert "From one window" in second.text
    assert "From the other" in second.text
    assert Post.objects.get().text == "From one window"
    client.post(url, {"text": "Both", "revision": second.context["form"]["revision"].value()})
    assert Post.objects.get().text == "Both"


def test_earlier_texts_come_ten_at_a_time_the_latest_first(client, thread, member):
    make_post(thread=thread, writer=member, text="zq7-0")
    client.force_login(member)
    url = f"/discussions/{thread.pk}/posts/1/"
    for number in range(12):
        client.post(f"{url}edit/", {"text": f"zq7-{number + 1}", "revision": number})

    pages = [re.findall(r"zq7-\d+", client.get(f"{url}history/{query}").text) for query in ("", "?page=2")]

    assert pages == [[f"zq7-{number}" for number in range(11, 1, -1)], ["zq7-1", "zq7-0"]]


def test_deleted_post_leaves_a_trace_and_no_text_anywhere(client, thread, member, chair):
    post = make_post(thread=thread, writer=member, text="zq7-first")
    client.force_login(member)
    url = f"/discussions/{thread.pk}/posts/1/"
    client.post(f"{url}edit/", {"text": "zq7-second", "revision": 0})

    client.post(f"{url}delete/")

    post.refresh_from_db()
    assert (post.state, post.text, post.html, post.revisions.count()) == ("withdrawn", "", "", 0)
    client.force_login(chair)
    page = client.get(f"/discussions/{thread.pk}/").text
    assert "Deleted by its author" in page
    assert "zq7" not in page
    assert client.get(f"{url}history/").status_code == 404


def test_deleted_post_does_not_say_how_it_was_signed(client, quiet, member, chair):
    lifted = make_post(thread=quiet, writer=member)
    signed = make_post(thread=quiet, writer=member, attribution="organisation", label="Institute for Samples")
    client.force_login(member)
    client.post(f"/discussions/{quiet.pk}/posts/1/name/")

    for number in (1, 2):
        client.post(f"/discussions/{quiet.pk}/posts/{number}/delete/")

    for post in (lifted, signed):
        post.refresh_from_db()
        assert (post.state, post.attribution, post.label, post.author) == ("withdrawn", "none", "", None)
    client.force_login(chair)
    assert "Mina Member" not in client.get(f"/discussions/{quiet.pk}/").text


def test_author_lifts_one_post_and_nothing_leads_to_the_others(client, quiet, member, chair):
    posts = [make_post(thread=quiet, writer=member) for _each in range(2)]
    client.force_login(member)

    client.post(f"/discussions/{quiet.pk}/posts/1/name/")

    lifted, kept = Post.objects.order_by("number")
    assert (lifted.author, lifted.attribution, lifted.posted_at, lifted.owner_mark) == (member, "name", None, "")
    assert (kept.author, kept.attribution, kept.owner_mark) == (None, "none", posts[1].owner_mark)
    client.force_login(chair)
    assert client.get(f"/discussions/{quiet.pk}/").text.count("Mina Member") == 2  # in the label, and above the post
