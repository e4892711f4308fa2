"""Writing down logins and changes of credentials, which happen inside Django and allauth (ASVS 5.0, 16.3.1)."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as mfa
from allauth.socialaccount import signals as social
from django.contrib.auth import signals as auth
from django.dispatch import Signal
from django.http import HttpRequest

from apps.core import audit
from apps.core.models import AuditEntry
from apps.members.models import Member

Event = AuditEntry.Event

_CREDENTIALS: dict[str, Signal] = {
    "password changed": account.password_changed,
    "password set": account.password_set,
    "password reset": account.password_reset,
    "address changed": account.email_changed,
}
_FACTORS: dict[str, Signal] = {
    "added": mfa.authenticator_added,
    "removed": mfa.authenticator_removed,
    "renewed": mfa.authenticator_reset,
}
_FAILURES: dict[str, Signal] = {"code": account.login_code_rejected, "second factor": mfa.authentication_failed}


def connect() -> None:
    """Listen. Called once, when the application is ready."""
    auth.user_logged_in.connect(note_login)
    auth.user_login_failed.connect(note_failed_login)
    auth.user_logged_out.connect(note_logout)
    social.social_account_added.connect(note_connection)
    for signal in _CREDENTIALS.values():
        signal.connect(note_credential)
    for signal in _FACTORS.values():
        signal.connect(note_factor)
    for signal in _FAILURES.values():
        signal.connect(note_failure)


def note_login(request: HttpRequest, user: Member, **_signal: Any) -> None:
    records = get_authentication_records(request, user)
    audit.record(Event.LOGIN, actor=user, about=user, detail=records[-1]["method"] if records else "")


def note_failed_login(credentials: dict[str, Any], **_signal: Any) -> None:
    """A wrong password. The address typed is not kept, only whose account it was, if anybody's."""
    member = Member.objects.with_address(str(credentials.get("email") or "")).first()
    audit.record(Event.LOGIN_FAILED, about=member, detail="password")


def note_failure(signal: Signal, user: Member, **_signal: Any) -> None:
    """A wrong code, typed by somebody who may or may not be the member."""
    audit.record(Event.LOGIN_FAILED, about=user, detail=_name_of(signal, _FAILURES))


def note_logout(user: Member | None, **_signal: Any) -> None:
    if user is not None:
        audit.record(Event.LOGOUT, actor=user, about=user)


def note_credential(signal: Signal, user: Member, **_signal: Any) -> None:
    audit.record(Event.CREDENTIAL, actor=user, about=user, detail=_name_of(signal, _CREDENTIALS))


def note_factor(signal: Signal, user: Member, authenticator: Any, **_signal: Any) -> None:
    detail = f"{authenticator.type} {_name_of(signal, _FACTORS)}"
    audit.record(Event.CREDENTIAL, actor=user, about=user, detail=detail)


def note_connection(sociallogin: Any, **_signal: Any) -> None:
    audit.record(Event.CREDENTIAL, actor=sociallogin.user, about=sociallogin.user, detail="single sign-on connected")


def _name_of(signal: Signal, table: dict[str, Signal]) -> str:
    return next(name for name, known in table.items() if known is signal)
