"""What people do with their own posts: change them, take them back, put their name to one."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from apps.core.refused import Refused
from apps.discussions import actions
from apps.discussions.forms import PostForm
from apps.discussions.mentions import typed_again
from apps.discussions.models import Post
from apps.discussions.views.reading import visible_post_or_404
from apps.discussions.views.signing import keeps_text
from apps.discussions.views.writing import drawn_for
from apps.members.requests import MemberRequest


@keeps_text
def edit_post(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """A new text for one's own post. If it was changed meanwhile, both texts are shown and nothing is saved yet."""
    post = _own_post(request, pk, number, "discussions.change_post")
    if request.method != "POST":
        form = PostForm(initial={"text": typed_again(post.text), "revision": post.revision})
        return _edit_page(request, post, form)
    form = PostForm(request.POST)
    if "preview" in request.POST:
        drawn = drawn_for(request, post.thread, request.POST.get("text", ""))
        return _edit_page(request, post, form, preview=drawn)
    if not form.is_valid():
        return _edit_page(request, post, form)
    return _try_to_save(request, post, form)


def _try_to_save(request: MemberRequest, post: Post, form: PostForm) -> HttpResponse:
    revision = form.cleaned_data["revision"]
    begun_from = post.revision if revision is None else revision
    text = form.cleaned_data["text"]
    try:
        actions.edit_post(actor=request.user, post=post, text=text, revision=begun_from, now=timezone.now())
    except actions.Overtaken as refusal:
        post.refresh_from_db(fields=["text", "revision"])
        again = PostForm({"text": text, "revision": post.revision})
        again.add_error(None, str(refusal))
        return _edit_page(request, post, again, other_text=typed_again(post.text))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _edit_page(request, post, form)
    return back_to(post, "edited")


def _edit_page(request: MemberRequest, post: Post, form: PostForm, **more: str) -> HttpResponse:
    context = {"thread": post.thread, "post": post, "form": form, **more}
    return render(request, "discussions/post_edit.html", context)


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
    """Back to the post. What was done stands in the address, not in the session, which would name who did it."""
    place = post.thread.page_of(post.number)
    return redirect(f"{post.thread.get_absolute_url()}?page={place}&said={said}#p{post.number}")
