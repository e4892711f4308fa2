"""The whole access policy: who may see and do what, as predicates and, beneath, as the same rule for a query.

Everything that shows, changes or sends something asks here, through ``member.has_perm("app.verb_model", thing)`` or
``Model.objects.visible_to(member)``. What is not in ``RULES`` is refused (OWASP ASVS 5.0, 8.1.1 and 8.3.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from apps.members.models import Member


class Role(TextChoices):
    """What somebody is in a group."""

    CHAIR = "chair", _("chair")
    COORDINATOR = "coordinator", _("coordinator")
    MEMBER = "member", _("member")
    OBSERVER = "observer", _("observer")


LEADING_ROLES = (Role.CHAIR, Role.COORDINATOR)


class Visibility(TextChoices):
    """Who may see a thing, from the widest to the narrowest."""

    PUBLIC = "public", _("Public")
    MEMBERS = "members", _("All members")
    GROUP = "group", _("Group")
    COORDINATORS = "coordinators", _("Coordinators only")


class Personal(TextChoices):
    """What of a person others see or not, field by field, as that person has chosen. The name is always seen."""

    ORGANISATION = "organisation", _("organisation")
    POSITION = "position", _("position")
    COUNTRY = "country", _("country")
    TOPICS = "topics", _("topics of interest")
    GROUPS = "groups", _("groups")
    ABOUT = "about", _("about")
    EMAIL = "email", _("e-mail address")
    PHONE = "phone", _("telephone")

    @property
    def choice(self) -> str:
        """The column of ``Member`` that holds the choice."""
        return f"shows_{self.value}"


HIDDEN_AT_FIRST = (Personal.EMAIL, Personal.PHONE)


class Thing(Protocol):
    """What the policy needs to know of a thing that has a visibility."""

    visibility: str
    is_draft: bool
    owning_group_id: int

    def is_by(self, member: Member) -> bool:
        """Whether the member is an author of it, who sees it as a draft."""
        ...

    @classmethod
    def authored_q(cls, member: Member) -> Q:
        """The same as a query."""
        ...

    def is_open_to(self, member: Member) -> bool:
        """Whether this one thing was opened to the member, whatever its visibility (invited to it, named in it)."""
        ...

    @classmethod
    def opened_q(cls, member: Member) -> Q:
        """The same as a query."""
        ...


type Rule = Callable[[Member | None, Any], bool]


# Predicates. A member who is missing or not active is a stranger.


def is_active(member: Member | None, thing: Any = None) -> bool:
    return bool(member and member.is_authenticated and member.is_active)


def is_staff(member: Member | None, thing: Any = None) -> bool:
    return member is not None and is_active(member) and member.is_staff


def is_self(member: Member | None, thing: Any) -> bool:
    return member is not None and is_active(member) and thing is not None and member.pk == thing.pk


def is_leading(member: Member | None, thing: Any) -> bool:
    """Chair or coordinator of the thing's group."""
    if member is None or not is_active(member) or thing is None:
        return False
    return member.group_roles().get(thing.owning_group_id) in LEADING_ROLES


def is_in_group(member: Member | None, thing: Any) -> bool:
    """In the thing's group, in whatever role."""
    return (
        member is not None and is_active(member) and thing is not None and thing.owning_group_id in member.group_roles()
    )


def leads_any(member: Member | None, thing: Any = None) -> bool:
    """Staff, or chair or coordinator of some group. At most the one query for the roles."""
    if member is None or not is_active(member):
        return False
    return member.is_staff or any(role in LEADING_ROLES for role in member.group_roles().values())


def is_opened(member: Member | None, thing: Any) -> bool:
    return (
        member is not None
        and is_active(member)
        and thing is not None
        and not thing.is_draft
        and thing.is_open_to(member)
    )


def is_visible(member: Member | None, thing: Any) -> bool:
    """Whether the member (None: a stranger) may see the thing.

    At most two queries, the roles' one kept on the member.
    """
    if thing is None:
        return is_active(member)
    if not is_active(member):
        return not thing.is_draft and thing.visibility == Visibility.PUBLIC
    if is_staff(member) or is_leading(member, thing):
        return True
    if thing.is_draft:
        return member is not None and bool(thing.is_by(member))
    return _is_within(member, thing) or is_opened(member, thing)


def _is_within(member: Member | None, thing: Any) -> bool:
    if thing.visibility in (Visibility.PUBLIC, Visibility.MEMBERS):
        return True
    return thing.visibility == Visibility.GROUP and is_in_group(member, thing)


def shows_names(member: Member | None, event: Any) -> bool:
    """Whether the event's list of names is open to the invited, and the member is one of them."""
    return not event.hides_participants and is_opened(member, event)


def meets(member: Member | None, person: Any) -> bool:
    """Whether the member may open the person's page: staff, oneself, and every member where the person stands in the
    directory and has not left.
    """
    if is_staff(member) or is_self(member, person):
        return True
    return is_active(member) and person is not None and person.is_active and person.is_listed


def shows_field(member: Member | None, person: Any, field: Personal) -> bool:
    """Whether the member sees this field of somebody they meet, on that person's page or on a list of names."""
    if is_staff(member) or is_self(member, person):
        return True
    return is_active(member) and getattr(person, field.choice)


def is_author(member: Member | None, thing: Any) -> bool:
    """Whether the member is an author of the paper, or of the paper that is circulated."""
    if member is None or not is_active(member) or thing is None:
        return False
    return bool(getattr(thing, "publication", thing).is_by(member))


def sees_version(member: Member | None, version: Any) -> bool:
    """Whether the member may open this file of a paper. One that was published: whoever sees the paper, as long as it
    is published. Any other: who sees drafts of the group, the paper's authors, and who is asked about this one.
    """
    return is_visible(member, version) or (
        member is not None and is_active(member) and version is not None and version.is_open_to(member)
    )


def is_consulted(member: Member | None, circulation: Any) -> bool:
    """Whether the member may comment: asked, in an open circulation, in time. An observer reads and does not."""
    if member is None or not is_active(member) or circulation is None or not circulation.is_open:
        return False
    if member.group_roles().get(circulation.owning_group_id) == Role.OBSERVER:
        return False
    return bool(circulation.asks(member))


def works_in(member: Member | None, thing: Any) -> bool:
    """In the thing's group as more than an observer, or staff."""
    if member is None or not is_active(member) or thing is None:
        return False
    return is_staff(member) or member.group_roles().get(thing.owning_group_id, Role.OBSERVER) != Role.OBSERVER


def takes_part(member: Member | None, thread: Any) -> bool:
    """Whether the member may write in the thread: who sees it, but no observer of its group."""
    if member is None or thread is None or not is_active(member) or not is_visible(member, thread):
        return False
    return is_staff(member) or member.group_roles().get(thread.owning_group_id) != Role.OBSERVER


def writes(member: Member | None, post: Any) -> bool:
    """Whether the post is the member's own, in a thread they may write in."""
    return post is not None and is_writer(member, post) and takes_part(member, post.thread)


def is_writer(member: Member | None, post: Any) -> bool:
    """Whether the member wrote the post and still sees its thread. Leaving a group leaves one's posts behind."""
    return member is not None and post is not None and is_visible(member, post.thread) and bool(post.is_of(member))


def reads_post(member: Member | None, post: Any) -> bool:
    """Whether the post's text is for the member: hidden ones are for those who lead."""
    if member is None or post is None or not is_active(member) or not is_visible(member, post.thread):
        return False
    return post.is_shown or (post.is_hidden and (is_staff(member) or is_leading(member, post)))


def reads_comments(member: Member | None, circulation: Any) -> bool:
    """Whether the member takes part and the circulation shows everybody's comments to those who do."""
    return circulation is not None and circulation.shows_comments and is_opened(member, circulation)


def _is_draft(member: Member | None, thing: Any) -> bool:
    return thing is None or thing.is_draft


def _any(*rules: Rule) -> Rule:
    return lambda member, thing: any(rule(member, thing) for rule in rules)


def _all(*rules: Rule) -> Rule:
    return lambda member, thing: all(rule(member, thing) for rule in rules)


def _by_staff(*labels: str, verbs: Iterable[str] = ("view", "add", "change", "delete")) -> dict[str, Rule]:
    """The admin's permissions for models that only the secretariat handles."""
    return {
        f"{app}.{verb}_{model}": is_staff for app, model in (label.split(".") for label in labels) for verb in verbs
    }


manages = _any(is_staff, is_leading)

RULES: dict[str, Rule] = {
    **_by_staff(
        "members.organisation",
        "members.group",
        "members.membership",
        "members.topic",
        "members.phase",
        "events.occasion",
        "events.reminderrule",
        "publications.author",
        "publications.consultee",
        "notifications.suppression",
    ),
    **_by_staff("members.legaltext", verbs=("view", "add", "change")),
    **_by_staff("members.member", verbs=("change",)),
    **_by_staff("members.invitation", verbs=("view", "add", "change")),
    **_by_staff("members.joinrequest", verbs=("view", "decide")),
    **_by_staff("events.participation", verbs=("view", "change")),
    **_by_staff(
        "notifications.reminder",
        "notifications.announcement",
        "notifications.outgoingmail",
        "notifications.hold",
        verbs=("view",),
    ),
    **_by_staff("core.auditentry", "core.heartbeat", verbs=("view",)),
    "members.view_group": is_visible,
    "members.see_members_group": _any(is_staff, is_in_group),
    "members.view_member": meets,
    "members.export_member": is_self,
    "members.promote_member": is_staff,
    "notifications.resend_outgoingmail": is_staff,
    "notifications.release_hold": is_staff,
    "events.view_event": is_visible,
    "events.add_event": is_staff,
    "events.change_event": manages,
    "events.delete_event": _all(is_staff, _is_draft),
    "events.cancel_event": manages,
    "events.schedule_event": is_staff,
    "events.invite_event": is_staff,
    "events.message_event": is_staff,
    "events.answer_event": is_opened,
    "events.see_link_event": _any(manages, is_opened),
    "events.see_names_event": _any(manages, shows_names),
    "events.see_answers_event": manages,
    "events.export_event": is_staff,
    "publications.view_publication": is_visible,
    "publications.add_publication": is_staff,
    "publications.change_publication": is_staff,
    "publications.publish_publication": is_staff,
    "publications.delete_publication": _all(is_staff, _is_draft),
    "publications.resolve_publication": _any(manages, is_author),
    "publications.view_version": sees_version,
    "publications.view_circulation": is_visible,
    "publications.add_circulation": is_staff,
    "publications.change_circulation": is_staff,
    "publications.lead_circulation": _any(manages, is_author),
    "publications.comment_circulation": is_consulted,
    "discussions.view_thread": is_visible,
    "discussions.add_thread": works_in,
    "discussions.post_thread": takes_part,
    "discussions.lead_thread": manages,
    "discussions.view_post": reads_post,
    "discussions.change_post": writes,
    "discussions.delete_post": is_writer,
    "discussions.report_post": reads_post,
    "publications.see_comments_circulation": _any(manages, is_author, reads_comments),
    "publications.export_circulation": _any(manages, is_author),
    "pages.view_styleguide": is_staff,
}

_APPS = frozenset(perm.split(".")[0] for perm in RULES)


def allows(member: Member | None, perm: str, thing: Any = None) -> bool:
    """Whether the member (None: a stranger) has the permission, on ``thing`` where one is given. Unknown ones: no."""
    rule = RULES.get(perm)
    return rule is not None and rule(member, thing)


def allows_app(member: Member, app_label: str) -> bool:
    """Whether the member may enter the app's part of the admin."""
    return app_label in _APPS and is_staff(member)


# The same rule as a query.


def visible_q(
    member: Member | None, model: type[Thing], *, group_field: str = "group_id", visibility_field: str = "visibility"
) -> Q:
    """Return the condition under which rows of ``model`` are visible to ``member``; agrees with ``is_visible`` row
    by row.

    ``model.draft_q()`` says which rows are drafts. Costs at most the one query for the member's roles.
    """
    published = ~model.draft_q() if hasattr(model, "draft_q") else Q()
    if member is None or not is_active(member):
        return published & Q(**{visibility_field: Visibility.PUBLIC})
    if is_staff(member):
        return Q()
    roles = member.group_roles()
    leading = _leading_q(roles, group_field)
    within = Q(**{f"{visibility_field}__in": [Visibility.PUBLIC, Visibility.MEMBERS]}) | Q(
        **{visibility_field: Visibility.GROUP, f"{group_field}__in": list(roles)}
    )
    own_draft = model.authored_q(member) & model.draft_q() if hasattr(model, "draft_q") else Q(pk__in=[])
    return leading | own_draft | (published & (within | model.opened_q(member)))


def _leading_q(roles: Mapping[int, Role], group_field: str) -> Q:
    return Q(**{f"{group_field}__in": [group for group, role in roles.items() if role in LEADING_ROLES]})


def heard_q(member: Member | None, model: type[Thing]) -> Q:
    """Return the condition under which what was said to those a thing is opened to is for ``member``: one of them, or
    who leads. Whether the thing itself is visible is asked elsewhere.
    """
    if is_staff(member):
        return Q()
    if member is None or not is_active(member):
        return Q(pk__in=[])
    return _leading_q(member.group_roles(), "group_id") | model.opened_q(member)


def version_q(member: Member | None, model: type[Thing]) -> Q:
    """Return the condition under which files of papers open to ``member``; agrees with ``sees_version`` row by row."""
    if is_staff(member):
        return Q()
    by_paper = visible_q(member, model, group_field="publication__group_id", visibility_field="publication__visibility")
    return by_paper | model.opened_q(member) if member is not None and is_active(member) else by_paper


def met_q(member: Member | None, person: str = "") -> Q:
    """Return the condition under which people's pages open to ``member``; agrees with ``meets``. No query.

    ``person`` leads from the rows asked to the people, such as ``"member"`` from memberships.
    """
    path = f"{person}__" if person else ""
    return _chosen_q(member, path, {f"{path}is_active": True, f"{path}is_listed": True})


def met_by_all_q() -> Q:
    """Return the condition under which people's pages open to every active member, whoever asks. No query."""
    return Q(is_active=True, is_listed=True)


def field_q(member: Member | None, field: Personal, person: str = "") -> Q:
    """Return the condition under which ``member`` sees this field; agrees with ``shows_field``. No query.

    Whatever finds, narrows, sorts or counts people by a field asks this first: else it would tell what is hidden.
    """
    path = f"{person}__" if person else ""
    return _chosen_q(member, path, {f"{path}{field.choice}": True})


def whole_q(member: Member | None) -> Q:
    """Return the condition under which ``member`` sees every field of a person, whatever that person chose: staff of
    all, everybody of themself. Beside it ``field_q`` says the rest. No query.
    """
    if member is None or not is_active(member):
        return Q(pk__in=[])
    return Q(pk__isnull=False) if is_staff(member) else Q(pk=member.pk)


def _chosen_q(member: Member | None, path: str, choice: dict[str, bool]) -> Q:
    """Staff see all; oneself is seen whatever one chose; everybody else as chosen."""
    if member is None or not is_active(member):
        return Q(pk__in=[])
    if is_staff(member):
        return Q()
    return Q(**choice) | Q(**{f"{path}pk": member.pk})
