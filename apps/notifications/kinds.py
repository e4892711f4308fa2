"""The table of kinds: everything the portal says by mail, one line each.

Adding a kind is one line here, three templates (``templates/mail/<template>.subject.txt``, ``.txt``, ``.html``) and
one call of ``outbox.notify``; ``tests/notifications/test_kinds.py`` fails until all are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of mail behaves.

    ``is_security``: first in line, body sealed and blanked, never rated or suppressed. ``is_optional``: the reader may
    switch it off and the mail offers one-click unsubscribe (RFC 8058). ``repeats_when_unclear``: sent again with the
    same
    Message-ID after a crash between sending and noting; all others wait for a coordinator. ``is_noticed``: also an
    in-portal notice. ``is_urgent``: never behind bulk mail, however many it goes to. ``is_conversation``: one of
    many about a thing, which readers see as a thread, written anew at each attempt from what stands then.
    ``expires_after``: not worth sending later than this after it was due, unless the caller says.
    """

    slug: str
    label: str | Promise
    is_security: bool = False
    is_optional: bool = False
    is_on_by_default: bool = True
    repeats_when_unclear: bool = False
    is_noticed: bool = False
    is_urgent: bool = False
    is_conversation: bool = False
    expires_after: timedelta = timedelta(days=7)
    template: str = ""

    @property
    def template_name(self) -> str:
        return f"mail/{self.template or self.slug}"


_TABLE = (
    Kind(
        "account",
        _("Sign-in and account"),
        is_security=True,
        repeats_when_unclear=True,
        expires_after=timedelta(hours=1),
    ),
    Kind("invitation", _("Invitation to a group"), repeats_when_unclear=True, expires_after=timedelta(days=30)),
    Kind("invitation_follow_up", _("Your invitation is still open")),
    Kind("join_declined", _("Answer to a request to take part")),
    Kind("event_invitation", _("Invitation to an event"), repeats_when_unclear=True, is_noticed=True),
    Kind("event_trial", _("Trial of an invitation, to yourself"), template="event_invitation"),
    Kind("event_reminder", _("Reminder of an event"), is_optional=True),
    Kind("event_answer_request", _("Request to answer an invitation"), is_optional=True),
    Kind("event_changed", _("Change of time, place or link of an event"), is_noticed=True),
    Kind("event_cancelled", _("Cancellation of an event"), repeats_when_unclear=True, is_noticed=True, is_urgent=True),
    Kind("event_withdrawn", _("Invitation to an event taken back"), repeats_when_unclear=True),
    Kind("event_seat", _("A seat came free"), is_noticed=True),
    Kind("event_message", _("Message to the participants of an event"), is_noticed=True),
    Kind("circulation_invitation", _("Request to comment on a paper"), repeats_when_unclear=True, is_noticed=True),
    # Goes to reviewers while they owe an answer, and ends with it: nobody is to be chased by hand instead.
    Kind("circulation_reminder", _("Reminder of an answer you owe on a paper")),
    Kind("circulation_changed", _("More time to comment on a paper"), is_noticed=True),
    # Without a notice: who was asked does not see the circulation any more.
    Kind("circulation_cancelled", _("Request to comment taken back"), repeats_when_unclear=True, is_urgent=True),
    Kind("circulation_summary", _("Who answered a request to comment"), is_noticed=True),
    Kind("comments_resolved", _("What became of the comments on a paper"), is_noticed=True),
    Kind("publication_published", _("New paper on one of your topics"), is_optional=True, is_noticed=True),
    Kind("post_reported", _("Report of a post in your group"), is_noticed=True),
    Kind("thread_post", _("Posts in discussions you follow"), is_optional=True, is_conversation=True),
    Kind(
        "thread_addressed",
        _("Posts that mention you or answer you"),
        is_optional=True,
        is_noticed=True,
        is_conversation=True,
        template="thread_post",
    ),
    Kind(
        "thread_batch",
        _("Posts in discussions without names, twice a day"),
        is_optional=True,
        is_conversation=True,
        template="thread_post",
    ),
)

KINDS: dict[str, Kind] = {kind.slug: kind for kind in _TABLE}


def optional_kinds() -> list[Kind]:
    """The kinds a member may switch off, in the order of the table."""
    return [kind for kind in _TABLE if kind.is_optional]
