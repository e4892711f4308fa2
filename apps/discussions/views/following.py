"""What one is told of: one thread, and everything at once among the settings."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.discussions import actions
from apps.discussions.board import listed
from apps.discussions.forms import FollowForm, FollowingForm
from apps.discussions.models import Thread
from apps.discussions.views.reading import visible_thread_or_404
from apps.members.models import Group, Topic
from apps.members.requests import MemberRequest

# Threads one has chosen something for; who has more finds each on its own page.
MOST_THREADS = 100


@require_POST
def follow_thread(request: MemberRequest, pk: int) -> HttpResponse:
    """Keep the reader's choice for this thread."""
    thread = visible_thread_or_404(request, pk)
    form = FollowForm(request.POST)
    if form.is_valid():
        actions.follow(actor=request.user, thing=thread, level=form.cleaned_data["level"])
        messages.success(request, _("Saved: what you are told of this discussion."))
    return redirect(f"{thread.get_absolute_url()}#follow")


@require_http_methods(["GET", "HEAD", "POST"])
def following(request: MemberRequest) -> HttpResponse:
    """The reader's choices for groups, their own first, for topics, and for threads they have chosen something for."""
    form = FollowingForm(request.POST or None, member=request.user, things=_things(request))
    if form.is_bound and form.is_valid():
        with transaction.atomic():
            for thing, level in form.choices():
                actions.follow(actor=request.user, thing=thing, level=level)
        messages.success(request, _("Saved. It holds for every post from now on."))
        return redirect("discussions:following")
    parts = [
        ("groups", _("Groups"), form.bound_of(Group)),
        ("topics", _("Topics"), form.bound_of(Topic)),
        ("threads", _("Discussions"), form.bound_of(Thread)),
    ]
    return render(request, "discussions/following.html", {"form": form, "parts": parts})


def _things(request: MemberRequest) -> list[Group | Topic | Thread]:
    own = request.user.group_roles()
    groups = sorted(Group.objects.visible_to(request.user).order_by("name"), key=lambda group: group.pk not in own)
    topics = Topic.objects.order_by("position", "title")
    threads = Thread.objects.visible_to(request.user).filter(subscriptions__member=request.user)
    return [*groups, *topics, *listed(threads.newest_first())[:MOST_THREADS]]
