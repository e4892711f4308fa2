"""What one wants to be told of: of a thread, and of one's groups and topics."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.discussions.badges import badges_of
from apps.discussions.board import Entry
from apps.discussions.levels import Level
from apps.discussions.models import Subscription, Thread
from apps.members.models import Group, Member, Topic

DEFAULT = ("", _("As for its topics and its group"))
DEFAULT_BROAD = ("", _("New threads of my groups, mentions and replies"))


class FollowForm(forms.Form):
    """The choice for one thread."""

    level = forms.ChoiceField(label=_("What I am told of"), required=False, choices=[DEFAULT, *Level.choices])


class FollowingForm(forms.Form):
    """One choice for each group, topic and thread. ``choices()`` gives those that differ from what is kept.

    Threads come from ``board.listed``.
    """

    def __init__(self, *args: Any, member: Member, things: Iterable[Group | Topic | Thread], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = levels_of(member)
        self.things = {name_of(thing): thing for thing in things}
        for name, thing in self.things.items():
            is_thread = isinstance(thing, Thread)
            self.fields[name] = forms.ChoiceField(
                label=str(thing),
                required=False,
                choices=[DEFAULT if is_thread else DEFAULT_BROAD, *Level.choices],
                initial=kept.get(name, ""),
                help_text=_badges(thing, member),
            )

    def choices(self) -> list[tuple[Group | Topic | Thread, str]]:
        return [(self.things[name], self.cleaned_data[name]) for name in self.changed_data]

    def bound_of(self, model: type) -> list[forms.BoundField]:
        return [self[name] for name, thing in self.things.items() if isinstance(thing, model)]


def _badges(thing: Group | Topic | Thread, member: Member) -> str:
    """Return what has to be known of a thread at a glance; of groups and topics nothing."""
    if not isinstance(thing, Thread):
        return ""
    return format_html('<span class="badges">{}</span>', badges_of(thing, Entry(thing, member).group_name))


def name_of(thing: Group | Topic | Thread) -> str:
    """Return what a thing's field is called, and its place on the page."""
    return f"{thing._meta.model_name}-{thing.pk}"


def levels_of(member: Member) -> dict[str, str]:
    """Return the member's choices by the name of their field. One query."""
    rows = Subscription.objects.filter(member=member).values_list("thread", "topic", "group", "level")
    return {
        f"thread-{thread}" if thread else f"topic-{topic}" if topic else f"group-{group}": level
        for thread, topic, group, level in rows
    }
