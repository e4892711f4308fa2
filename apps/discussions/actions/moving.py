"""Moving a thread to another group, or to other readers: who may see it follows at once, as every page asks."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.audit import record
from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.discussions.actions.following import tell_who_sees_again
from apps.discussions.labels import fits_still
from apps.discussions.models import Thread, today_of
from apps.members.models import Group, Member
from apps.publications.models import Attribution


@transaction.atomic
def move_thread(*, actor: Member, thread: Thread, group: Group, visibility: str, now: datetime) -> Thread:
    """Give the thread to another group or other readers. Refused to who does not lead both groups. Audited.

    Labels in the place of names that would fit too few of the new readers become "a member of the group".
    """
    thread.lock()
    thread = Thread.objects.select_related("group", "event").get(pk=thread.pk)
    is_lead = actor.has_perm("discussions.lead_thread", thread) and actor.has_perm("discussions.lead_thread", group)
    if not is_lead:
        raise Refused(_("Only who leads both groups can move a thread from one to the other."))
    before = f"{thread.group_id}:{thread.visibility}"
    if group != thread.group:
        thread.moved_from, thread.moved_on = thread.group, today_of(now)
    thread.group, thread.visibility = group, visibility
    thread.save(update_fields=["group", "visibility", "moved_from", "moved_on"])
    widen_labels(thread)
    tell_who_sees_again(thread)
    record(AuditEntry.Event.VISIBILITY, actor=actor, about=thread, detail=f"{before}>{group.pk}:{visibility}")
    return thread


def widen_labels(thread: Thread) -> None:
    """Have labels say no more than the thread's present readers make safe. One query for each that stands there."""
    labelled = thread.posts.exclude(label="").exclude(attribution=Attribution.NAME)
    for attribution, label in labelled.values_list("attribution", "label").distinct():
        if not fits_still(attribution, label, thread):
            same = labelled.filter(attribution=attribution, label=label)
            same.update(attribution=Attribution.NONE, label="")
