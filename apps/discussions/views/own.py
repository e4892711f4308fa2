"""What people do with their own posts: change them, take them back, put their name to one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from apps.core.refused import Refused
from apps.discussions import actions
from apps.discussions.forms import EditForm
from apps.discussions.mentions import typed_again
from apps.discussions.models import DraftEdit, Post
from apps.discussions.views.keeping import keeps_text
from apps.discussions.views.pace import TOO_MANY, too_fast
from apps.discussions.views.reading import visible_post_or_404
from apps.discussions.views.writing import drawn_for, preview_in_place, told_of_mentions
from apps.members.requests import MemberRequest


@keeps_text
def edit_post(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """A new text for one's own post. If it was changed meanwhile, both texts are shown and nothing is saved yet."""
    post = _own_post(request, pk, number, "discussions.change_post")
    if request.method != "POST":
        return _begun(request, post)
    form = EditForm(request.POST, request.FILES, post=post)
    if "preview" in request.POST:
        drawn = drawn_for(request, post.thread, request.POST.get("text", ""))
        return preview_in_place(request, drawn) or _edit_page(request, post, form, preview=drawn)
    if not form.is_valid():
        return _edit_page(request, post, form)
    if why := too_fast(request, "edit", post.thread):
        form.refuse(why)
        return _edit_page(request, post, form, status=TOO_MANY)
    return _try_to_save(request, post, form)


def _begun(request: MemberRequest, post: Post) -> HttpResponse:
    """The form with what stands there, or with the draft of another text: from the text it began from."""
    draft = DraftEdit.objects.filter(post=post).first() if "anew" not in request.GET else None
    text, revision = (draft.text, draft.revision) if draft else (typed_again(post.text), post.revision)
    form = EditForm(initial={"text": text, "revision": revision}, post=post)
    return _edit_page(request, post, form, draft=draft)


def _try_to_save(request: MemberRequest, post: Post, form: EditForm) -> HttpResponse:
    revision = form.cleaned_data["revision"]
    text = form.cleaned_data["text"]
    try:
        actions.edit_post(
            actor=request.user,
            post=post,
            text=text,
            revision=post.revision if revision is None else revision,
            upload=form.cleaned_data.get("file"),
            drops_file=form.cleaned_data.get("drops_file", False),
            now=timezone.now(),
        )
    except actions.Overtaken as refusal:
        post = _own_post(request, post.thread_id, post.number, "discussions.change_post")  # its file may be another
        again = EditForm({**request.POST.dict(), "revision": post.revision}, request.FILES, post=post)
        again.refuse(refusal)
        return _edit_page(request, post, again, other_text=typed_again(post.text))
    except Refused as refusal:
        form.refuse(refusal)
        return _edit_page(request, post, form)
    return back_to(post, f"edited{told_of_mentions(request, post.thread, text)}")


def _edit_page(request: MemberRequest, post: Post, form: EditForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"thread": post.thread, "post": post, "form": form, **more}
    return render(request, "discussions/post_edit.html", context, status=status)


def delete_post(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """Take back one's own post, after a page that says what stays."""
    post = _own_post(request, pk, number, "discussions.delete_post")
    refusal = ""
    if request.method == "POST":
        try:
            actions.delete_post(actor=request.user, post=post, now=timezone.now())
        except Refused as refused:
            refusal = str(refused)
        else:
            return back_to(post, "deleted")
    return render(request, "discussions/post_delete.html", {"thread": post.thread, "post": post, "refusal": refusal})


def lift_post(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """Put one's name to one post of an unattributed thread, after a page that says what that means."""
    post = _own_post(request, pk, number, "discussions.delete_post")
    refusal = ""
    if request.method == "POST":
        try:
            actions.lift_post(actor=request.user, post=post)
        except Refused as refused:
            refusal = str(refused)
        else:
            return back_to(post, "named")
    return render(request, "discussions/post_lift.html", {"thread": post.thread, "post": post, "refusal": refusal})


def _own_post(request: MemberRequest, pk: int, number: int, perm: str) -> Post:
    post = visible_post_or_404(request, pk, number)
    if not request.user.has_perm(perm, post):
        raise PermissionDenied
    return post


def back_to(post: Post, said: str) -> HttpResponse:
    """Back to the post. What was done, and of which one, stands in the address, not in the session, which would name
    who did it.
    """
    place = post.thread.page_of(post.number)
    return redirect(f"{post.thread.get_absolute_url()}?page={place}&said={said}&of={post.number}#p{post.number}")
