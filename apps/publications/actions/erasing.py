"""What an erased account leaves on papers: comments under its name say nothing of their writer any more."""

from __future__ import annotations

from apps.publications.models import Attribution, Comment


def forget_names_of_the_erased() -> int:
    """Widen them to the label that says nothing; return how many. One query; a second run does nothing.

    They show no name from the moment the account is gone (``Comment.shown_as``). Accounts go without telling the apps
    above them, so that this is found, not told.
    """
    found: int = Comment.objects.of_the_erased().update(attribution=Attribution.NONE, label="")
    return found
