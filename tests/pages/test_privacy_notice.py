"""The sample of the privacy notice names all that is kept about a person: it says so itself."""

import re

import pytest
from django.db.models import BooleanField

from apps.members import export
from apps.members.forms import ProfileForm
from apps.members.models import Member
from apps.members.permissions import HIDDEN_AT_FIRST, Personal
from apps.pages.demo.source import legal_text

NOTICE = legal_text("privacy")
# What is kept: the first column of the table.
KEPT = "\n".join(re.findall(r"^\| ([^|]+) \|", NOTICE, re.MULTILINE))

# What people fill in about themselves and the notice calls by other words than its form.
FIELDS = {
    "phone": "telephone number",
    "about": "what you write about yourself",
    "language": "language",
    "shown": "which fields of your profile others see",
    "is_listed": "whether you stand in the directory of members",
    "hides_participation": "whether you are hidden in lists of participants",
}

# Under which words the notice names the rows of each relation to a member; the labels are those of the export.
RELATIONS = {
    "account.emailaddress.user": "while you change it, the new one too",
    "core.auditentry.about": "an audit trail",
    "core.auditentry.actor": "an audit trail",
    "discussions.draftedit.member": "drafts of posts, of edits and of a new discussion",
    "discussions.draftpost.member": "drafts of posts, of edits and of a new discussion",
    "discussions.draftthread.member": "drafts of posts, of edits and of a new discussion",
    "discussions.post.author": "posts in discussions, their texts before an edit, the files attached to them",
    "discussions.postreport.reporter": "reports of posts",
    "discussions.readmark.member": "in each discussion up to which post",
    "discussions.subscription.member": "what you follow: discussions, topics, groups",
    "discussions.thread.opener": "which discussions you opened",
    "events.calendarfeed.member": "a link for your calendar or feed reader",
    "events.participation.member": "invitations to events, your answers, whether you came",
    "members.consent.member": "which version of this notice you agreed to",
    "members.group.members": "the groups you belong to",
    "members.invitation.accepted_by": "the groups you belong to",
    "members.joinrequest.address": "if you asked to take part",
    "members.member": "name, e-mail address",
    "members.member.topics": "topics of interest",
    "members.membership.member": "the groups you belong to",
    "mfa.authenticator.user": "second factors, passkeys",
    "notifications.notification.member": "of each notice when you marked it as read",
    "notifications.outgoingmail.address": "which mails and notices were sent to you",
    "notifications.outgoingmail.member": "which mails and notices were sent to you",
    "notifications.preference.member": "which mails you want",
    "pages.newsfeed.member": "a link for your calendar or feed reader",
    "publications.author.member": "papers on whose title page you stand",
    "publications.comment.author": "your comments",
    "publications.commentsheet.member": "a table of comments that you send",
    "publications.consultee.member": "which papers you are asked about",
    "publications.draftcomment.member": "drafts of comments",
    "socialaccount.socialaccount.user": "your number at a single sign-on",
    "usersessions.usersession.user": "for each sign-in",
}


def test_notice_names_every_field_of_the_profile():
    form = ProfileForm(instance=Member())
    called = {name: FIELDS.get(name, str(field.label).lower()) for name, field in form.fields.items()}

    assert [name for name, words in called.items() if not re.search(rf"\b{re.escape(words)}\b", KEPT)] == []


def test_words_for_fields_are_of_fields_there_are():
    assert sorted(FIELDS.keys() - ProfileForm(instance=Member()).fields.keys()) == []


def test_notice_names_every_kind_of_row_that_is_somebodys_own():
    assert sorted(export._sections.keys() ^ RELATIONS.keys()) == []
    assert [label for label, words in RELATIONS.items() if words not in KEPT] == []


@pytest.mark.parametrize("field", Personal)
def test_notice_says_what_members_see_of_each_other_at_first(field):
    [line] = [line for line in NOTICE.splitlines() if line.startswith("- **Every active member**")]
    others_see, only_if = re.search(r"at first others see (.*); (.*) only if you say so", line).groups()
    words = {"groups": "those of your groups", "phone": "telephone number", "about": "what you write about yourself"}
    said = words.get(field.value, str(field.label))

    assert (said in others_see, said in only_if) == (field not in HIDDEN_AT_FIRST, field in HIDDEN_AT_FIRST)


def test_everybody_stands_in_the_directory_unless_they_leave_it():
    """As the notice says."""
    choice = Member._meta.get_field("is_listed")

    assert isinstance(choice, BooleanField)
    assert choice.default
    assert "You can leave the directory" in NOTICE
