"""Writing: a reply, a new thread, a post written anew."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.uploadforms import UploadField
from apps.discussions.labels import Label, label_words
from apps.discussions.models import MAX_POST, Post, Thread
from apps.members.models import Group, Member, Topic
from apps.members.permissions import Role
from apps.publications.models import Attribution

HOW = _("Markdown, tables and footnotes work. @Name mentions somebody, #3 leads to post 3.")

EMPTY = _("Write something first.")

_FILE_AGAIN = _("Nothing was saved, the file neither: please choose it again.")

_ONE_FILE = _("PDF or DOCX, at most one. Choose it again after a preview.")


class TakesFile(forms.BaseForm):
    """A form with a file, which no page can give back: whoever gets the form again is asked to choose it again."""

    def refuse(self, why: object) -> None:
        """Say why what is right in itself was not taken."""
        self.add_error(None, str(why))
        self._ask_for_file()

    def full_clean(self) -> None:
        super().full_clean()
        if self.errors:
            self._ask_for_file()

    def _ask_for_file(self) -> None:
        if "file" in self.fields and self.files.get("file") and not self.has_error("file"):
            self.add_error("file", _FILE_AGAIN)


class PostForm(TakesFile, forms.Form):
    """The text of a post. ``revision`` goes along where one is edited."""

    text = forms.CharField(
        label=_("Your post"),
        max_length=MAX_POST,
        strip=False,
        help_text=HOW,
        widget=forms.Textarea(attrs={"rows": 8, "data-kept": "", "maxlength": False}),
        error_messages={"required": EMPTY},
    )
    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
        if not text.strip():
            raise forms.ValidationError(EMPTY)
        return text


class ReplyForm(PostForm):
    """A reply, by name perhaps with a file. In an unattributed thread there is none, and its writer chooses how it is
    signed: by a label that fits enough people.
    """

    shown_as = forms.ChoiceField(label=_("Others will see"), required=False, widget=forms.RadioSelect)

    file = UploadField(label=_("File"), required=False, help_text=_ONE_FILE)

    field_order = ("shown_as", "text", "file", "revision")

    def __init__(self, *args: Any, labels: list[Label] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if labels is None:
            del self.fields["shown_as"]
            return
        del self.fields["file"]
        field: Any = self.fields["shown_as"]
        field.choices = [("none", label_words(Attribution.NONE, "")), *map(_choice, filter(_is_wide_enough, labels))]
        field.initial = "none"
        narrow = [label_words(label.attribution, label.text) for label in labels if not label.is_wide_enough]
        if narrow:
            field.help_text = _("Too few people here would fit: %(labels)s.") % {"labels": "; ".join(narrow)}

    @property
    def is_blank(self) -> bool:
        """Whether it is by name and nothing stands in it."""
        return not self.is_bound and "shown_as" not in self.fields and not self.initial.get("text")


class EditForm(PostForm):
    """A post written anew; by name perhaps with another file, or without the one it has."""

    file = UploadField(label=_("File"), required=False, help_text=_ONE_FILE)
    drops_file = forms.BooleanField(label=_("Take the file away"), required=False)

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attachment = getattr(post, "attachment", None)
        if not post.thread.is_named:
            del self.fields["file"]
            if not self.is_bound:
                # What was begun here is known to the tab alone, and stands in no draft.
                self.fields["text"].widget.attrs["data-kept"] = "first"
        if attachment is None:
            del self.fields["drops_file"]
            return
        self.fields["file"].label = _("Another file in place of %(name)s") % {"name": attachment.name}


class ThreadForm(TakesFile, forms.ModelForm):
    """A new thread with its first post. ``about`` is the event or the paper it belongs to, if any.

    How the first post is signed counts where names are withheld. Whether a label fits enough people depends on who may
    read the thread, and is known when it is sent.
    """

    shown_as = forms.ChoiceField(
        label=_("Without names, others will see"),
        required=False,
        initial=Attribution.NONE,
        choices=[
            (Attribution.NONE, _("a member of the group")),
            (Attribution.ORGANISATION, _("your organisation")),
            (Attribution.STAKEHOLDER_GROUP, _("your stakeholder group")),
        ],
        widget=forms.RadioSelect,
        help_text=_("What fits fewer than five readers of the thread is refused."),
    )

    text = forms.CharField(
        label=_("First post"),
        max_length=MAX_POST,
        strip=False,
        help_text=HOW,
        widget=forms.Textarea(attrs={"rows": 10, "data-kept": "", "maxlength": False}),
    )

    file = UploadField(label=_("File"), required=False, help_text=_("PDF or DOCX, at most one, and only by name."))

    field_order = ("title", "group", "visibility", "mode", "shown_as", "topics", "text", "file")

    class Meta:
        model = Thread
        fields = ("title", "group", "visibility", "mode", "topics")
        labels = {"title": _("Title"), "mode": _("Names")}
        widgets = {"mode": forms.RadioSelect, "topics": forms.CheckboxSelectMultiple}
        help_texts = {
            "mode": _("This can not be changed later."),
            "title": _("The question, so that it is found again in a year."),
        }

    def __init__(self, *args: Any, actor: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["group"].queryset = groups_of(actor)
        fields["topics"].queryset = Topic.objects.order_by("position", "title")
        if actor.organisation_id is None:
            del self.fields["shown_as"]
        event = self.instance.event
        if event is not None and event.is_chatham_house:
            del self.fields["mode"], self.fields["file"]
            self.instance.mode = Thread.Mode.UNATTRIBUTED

    clean_text = PostForm.clean_text


def groups_of(actor: Member) -> Any:
    """Return the groups in which the actor may open a thread: all for staff."""
    if actor.is_staff:
        return Group.objects.order_by("name")
    return Group.objects.filter(pk__in=_worked_in(actor)).order_by("name")


def may_open_any(actor: Member) -> bool:
    """Whether there is a group in which the actor may open a thread. No query where roles are held, one for staff."""
    return bool(_worked_in(actor)) or (actor.is_staff and Group.objects.exists())


def _worked_in(actor: Member) -> list[int]:
    return [group for group, role in actor.group_roles().items() if role != Role.OBSERVER]


def _choice(label: Label) -> tuple[str, str]:
    words = label_words(label.attribution, label.text)
    return label.attribution, _("%(label)s (fits %(count)s people)") % {"label": words, "count": label.fits}


def _is_wide_enough(label: Label) -> bool:
    return label.is_wide_enough
