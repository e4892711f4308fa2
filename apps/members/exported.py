"""Which of one's own data lies here and below: account, memberships, consents, mails, notices, the audit trail."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from apps.core.models import AuditEntry
from apps.members import export
from apps.members.export import rows, rows_of_group
from apps.members.models import Consent, Group, Invitation, JoinRequest, Member, Membership
from apps.notifications.models import Notification, OutgoingMail, Preference
from apps.notifications.recipients import address_key

PROFILE = "members.member"
_MAIL_FIELDS = ("kind", "subject", "state", "due_at", "sent_at", "sent_to")


def offer() -> None:
    """Register everything. Called once, when the application is ready."""
    export.register(PROFILE, _profile)
    export.register("members.membership.member", _memberships)
    export.register("members.group.members", _groups)
    export.register("members.member.topics", _topics)
    export.register("members.consent.member", _consents)
    export.register("members.invitation.accepted_by", _invitations)
    export.register("members.joinrequest.address", _join_requests)
    export.register("notifications.outgoingmail.member", _mails)
    export.register("notifications.notification.member", _notices)
    export.register("notifications.preference.member", _preferences)
    export.register("notifications.outgoingmail.address", _mails_before)
    export.register("core.auditentry.actor", _audit_trail)
    export.register("core.auditentry.about", _entries_about)
    export.register("account.emailaddress.user", _addresses)
    export.register("mfa.authenticator.user", _authenticators)
    export.register("usersessions.usersession.user", _sessions)
    export.register("socialaccount.socialaccount.user", _identities)
    _exempt_others()


def _exempt_others() -> None:
    export.exempt("members.invitation.invited_by", "The rows hold the data of those who were invited.")
    export.exempt("members.joinrequest.decided_by", "The rows hold the data of those who asked to take part.")
    export.exempt("notifications.suppression.made_by", "The rows hold the addresses of others.")
    export.exempt("notifications.hold.released_by", "Work done for the group; own acts are in the audit trail.")
    export.exempt("notifications.announcement.made_by", "The rows hold who was written to on the group's behalf.")
    export.exempt(
        "admin.logentry.user", "Work done for the group on the data of others; own acts are in the audit trail."
    )


def _profile(member: Member) -> dict[str, Any]:
    return {
        "id": member.pk,
        "email": member.email,
        "name": member.name,
        "position": member.position,
        "organisation": member.organisation.name if member.organisation else "",
        "country": str(member.country),
        "time_zone": str(member.time_zone),
        "language": member.language,
        "phone": member.phone,
        "about": member.about,
        "is_listed": member.is_listed,
        "shown_to_members": [field.value for field in member.shown_fields()],
        "hides_participation": member.hides_participation,
        "status": member.status,
        "is_staff": member.is_staff,
        "created_at": member.created_at,
        "last_login": member.last_login,
    }


def _memberships(member: Member) -> list[dict[str, Any]]:
    return rows_of_group(member, Membership.objects.filter(member=member), "group", "role", "started_on", "ended_on")


def _groups(member: Member) -> list[str]:
    """Those that are not seen any more stand among the memberships, without their names."""
    seen = Group.objects.visible_to(member).filter(members=member)
    return list(seen.order_by("pk").values_list("name", flat=True).distinct())


def _topics(member: Member) -> list[str]:
    return list(member.topics.order_by("pk").values_list("title", flat=True))


def _consents(member: Member) -> list[dict[str, Any]]:
    return rows(Consent.objects.filter(member=member), "text__kind", "text__version", "given_at")


def _invitations(member: Member) -> list[dict[str, Any]]:
    accepted = Invitation.objects.filter(accepted_by=member)
    told = ("address", "role", "name", "position", "organisation", "sent_at", "accepted_at")
    return rows_of_group(member, accepted, "group", *told)


def _join_requests(member: Member) -> list[dict[str, Any]]:
    """What was asked from the member's present address: requests know no account."""
    asked = JoinRequest.objects.filter(address=member.email)
    told = ("name", "organisation", "stakeholder_group", "country", "motivation", "created_at")
    return rows_of_group(member, asked, "group", *told, "agreed_to__version", "state", "reason", "decided_at")


def _mails(member: Member) -> list[dict[str, Any]]:
    """That they were sent, to where, and their subjects. Bodies may name other people; the mailbox has them."""
    return _log_of(OutgoingMail.objects.filter(member=member))


def _log_of(mails: QuerySet[OutgoingMail]) -> list[dict[str, Any]]:
    """What never reached its reader may name what they were not to see any more when it would have left."""
    log = rows(mails, *_MAIL_FIELDS)
    return [entry if entry["state"] == OutgoingMail.State.SENT else entry | {"subject": ""} for entry in log]


def _mails_before(member: Member) -> list[dict[str, Any]]:
    """What was sent to a bare address of theirs: invitations and answers from before the account, notices of security.

    To an address they had once, only until the account was made: it may be somebody else's today.
    """
    invited = Invitation.objects.filter(accepted_by=member).values_list("address", flat=True)
    once = Q(recipient_key__in=[address_key(address) for address in invited], created_at__lt=member.created_at)
    return _log_of(OutgoingMail.objects.filter(Q(recipient_key=address_key(member.email)) | once))


def _notices(member: Member) -> list[dict[str, Any]]:
    return rows(Notification.objects.filter(member=member), "kind", "created_at", "read_at")


def _preferences(member: Member) -> list[dict[str, Any]]:
    return rows(Preference.objects.filter(member=member), "kind", "cadence", "updated_at")


def _audit_trail(member: Member) -> list[dict[str, Any]]:
    """What the member did: logins, changes of credentials, exports."""
    return rows(AuditEntry.objects.filter(actor=member), "at", "event", "detail")


def _entries_about(member: Member) -> list[dict[str, Any]]:
    """What others did with their account, and wrong passwords typed for it. Not who: that is the data of others."""
    about = AuditEntry.objects.filter(about_type=ContentType.objects.get_for_model(Member), about_id=member.pk)
    return rows(about.exclude(actor=member), "at", "event", "detail")


def _addresses(member: Member) -> list[dict[str, Any]]:
    return rows(EmailAddress.objects.filter(user=member), "email", "verified", "primary")


def _authenticators(member: Member) -> list[dict[str, Any]]:
    """That they exist; never the secrets in them."""
    return rows(Authenticator.objects.filter(user=member), "type", "created_at", "last_used_at")


def _sessions(member: Member) -> list[dict[str, Any]]:
    return rows(UserSession.objects.filter(user=member), "ip", "user_agent", "created_at", "last_seen_at")


def _identities(member: Member) -> list[dict[str, Any]]:
    return rows(SocialAccount.objects.filter(user=member), "provider", "uid", "date_joined", "last_login")
