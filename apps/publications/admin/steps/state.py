"""From one state of a publication to the next, or back."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.publications import actions
from apps.publications.admin.forms import ReasonForm, RemarkForm, WithdrawalForm
from apps.publications.admin.steps.base import PublicationStep
from apps.publications.admin.steps.telling import telling_text
from apps.publications.models import Publication
from apps.publications.ways import SETTLED, WAYS, missing

_State = Publication.State


class StateStep(PublicationStep):
    """To ``state``, from where a way leads there."""

    perm = "publications.change_publication"
    form_class: ClassVar[type[forms.Form]] = RemarkForm
    state: ClassVar[str]

    @classmethod
    def fits(cls, row: Publication) -> bool:
        return cls.state in WAYS[row.state]

    def missing(self) -> list[str]:
        return missing(self.row, self.state, timezone.now()) if self.fits(self.row) else []

    def follows(self) -> str:
        tells = self.fits(self.row) and self.state in SETTLED
        return telling_text(self.row, timezone.now()) if tells else ""

    def act(self, cleaned: dict[str, Any]) -> None:
        actions.take_step(
            actor=self.actor,
            publication=self.row,
            state=self.state,
            now=timezone.now(),
            note=cleaned.get("note", ""),
        )


class BeginStep(StateStep):
    slug, state = "begin", _State.DRAFT
    label = _("Begin the draft")
    question = _("Begin the draft of “%(title)s”?")
    explanation = _("The idea becomes a draft. Its authors, those who lead the group and the secretariat see it.")
    said = _("It is a draft now.")

    @classmethod
    def fits(cls, row: Publication) -> bool:
        return row.state == _State.IDEA


class IdeaStep(StateStep):
    slug, state = "idea", _State.IDEA
    label = _("Back to idea")
    question = _("Put “%(title)s” back among the ideas?")
    explanation = _("Nobody loses or gains anything to read by this.")
    said = _("It is an idea again.")


class ClearStep(StateStep):
    slug, state = "clear", _State.CLEARED
    label = _("Clear")
    question = _("Clear “%(title)s”?")
    explanation = _("Every comment is answered and the text is final. Nobody new sees it until it is published.")
    said = _("It is cleared.")


class ReopenStep(StateStep):
    slug, state = "reopen", _State.RESOLVING
    label = _("Back to the comments")
    question = _("Take “%(title)s” back to its comments?")
    explanation = _(
        "Answers to comments can be changed again, and it has to be cleared anew. Who was told what became of the "
        "comments is not told again."
    )
    said = _("Its comments can be resolved again.")

    @classmethod
    def fits(cls, row: Publication) -> bool:
        return row.state == _State.CLEARED and row.circulations.filter(state="closed").exists()


class DraftStep(StateStep):
    slug, state = "draft", _State.DRAFT
    label = _("Back to draft")
    question = _("Take “%(title)s” back to draft?")
    explanation = _("For a new version and a new round of comments. What was said so far stays.")
    said = _("It is a draft again.")

    @classmethod
    def fits(cls, row: Publication) -> bool:
        return super().fits(row) and row.is_draft and row.state != _State.IDEA


class PublishStep(StateStep):
    slug, state = "publish", _State.PUBLISHED
    perm = "publications.publish_publication"
    label = _("Publish")
    before = _("Before it can be published:")
    question = _("Publish “%(title)s”?")
    explanation = _(
        "From now on the people below find it in the list, on the pages of its topics, its group and its events, and"
        " can read its newest file. Those of them who are interested in one of its topics are told, once."
    )
    said = _("It is published.")


class TakeBackStep(StateStep):
    slug, state = "take-back", _State.DRAFT
    perm = "publications.publish_publication"
    form_class = ReasonForm
    label = _("Take back to draft")
    question = _("Take “%(title)s” back to draft?")
    explanation = _(
        "Only its authors, those who lead the group and the secretariat still see it; for everybody else its address"
        " leads nowhere. Copies that were saved stay where they are. These people can read it now:"
    )
    said = _("It is a draft again.")

    @classmethod
    def fits(cls, row: Publication) -> bool:
        return not row.is_draft


class WithdrawStep(StateStep):
    slug, state = "withdraw", _State.WITHDRAWN
    perm = "publications.publish_publication"
    form_class = WithdrawalForm
    label = _("Withdraw")
    question = _("Withdraw “%(title)s”?")
    explanation = _(
        "Its page stays, with your reason on it, so that references to it lead somewhere. Its file can be read by its"
        " authors, those who lead the group and the secretariat only. These people can read it now:"
    )
    said = _("It is withdrawn.")
