"""allauth, in our words: sign-up only by invitation, every mail through the ledger, the same answer to everybody."""

from __future__ import annotations

from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from apps.core.links import absolute_url
from apps.members import accountmail
from apps.members.freshness import is_fresh
from apps.members.managers import normalised_address
from apps.members.models import Member

SITE_NAME = "CMM-WG"
CONNECT = "connect"


class AccountAdapter(DefaultAccountAdapter):
    """Local accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    # Mail.

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write a mail to the ledger; for an address without an account only take as long as that would."""
        site = SimpleNamespace(name=SITE_NAME, domain=settings.SITE_HOST)
        words = {"request": self.request, "email": email, "current_site": site, **context}
        if template_prefix == accountmail.UNKNOWN_ACCOUNT:
            accountmail.spend_the_same_time(email, words)
        else:
            accountmail.send_account_mail(template_prefix, email, getattr(self.request, "user", None), words)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link below SITE_URL: the Host header is the client's to choose."""
        uid, _dash, token = key.partition("-")
        return absolute_url("account_reset_password_from_key", uidb36=uid, key=token)

    # Signing in.

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Return the active member with these credentials. A closed account fails like a wrong password."""
        self.pre_authenticate(request, **credentials)
        member = authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()
        if member is None:
            self.authentication_failed(request, **credentials)
        else:
            self._rollback_login_failed_rl_usage()
        return member

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count by address alone: allauth adds the Host header, so another port would begin a new count."""
        return f"login:{normalised_address(credentials.get('email') or '')}"

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **login: Any) -> HttpResponse | None:
        """Let a member in whose address was vouched for by the operator, before allauth asks for a proof.

        A proof of an address that is theirs no more leads nowhere: allauth would have them prove that one again.
        """
        if _was_proved_elsewhere(request, user):
            return self.respond_user_inactive(request, user)
        if isinstance(user, Member) and user.is_active and not _holds_address(user):
            user.hold_address()
        return super().pre_login(request, user, **login)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Begin the session, unless the account was closed, or its address changed, while a proof was being asked."""
        if not user.is_active or _was_proved_elsewhere(request, user):
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        super().login(request, user)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Say to the holder of a closed account what is said to whoever never had one."""
        clear_login(request)
        self.add_message(request, messages.ERROR, message=str(self.error_messages["email_password_mismatch"]))
        return redirect("account_login")

    def is_safe_url(self, url: str) -> bool:
        """Whether a page may send on to ``url``: only within this host."""
        hosts = {context.request.get_host()}
        return url_has_allowed_host_and_scheme(url, allowed_hosts=hosts, require_https=context.request.is_secure())

    # Confirming who one is.

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Ask everybody whose last proof is old; also those who have neither password nor second factor.

        allauth would ask again right after a login, and wave through who has nothing but codes by e-mail.
        """
        request = context.request
        if not super().is_reauthentication_required(app=app, **more) or is_fresh(request):
            return False
        if not get_reauthentication_flows(request.user):
            raise ReauthenticationRequired
        return True

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Add a code by e-mail for those who have nothing else."""
        methods = super().get_reauthentication_methods(user)
        if methods or not user.is_authenticated:
            return methods
        by_code = {"id": "code", "description": _("Use a code sent by e-mail"), "url": reverse("members:confirm")}
        return [by_code]

    # Addresses.

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Make a proved address the member's; whoever took it in the meantime keeps it."""
        try:
            with transaction.atomic():
                return super().confirm_email(request, email_address)
        except IntegrityError:
            template = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, template, {"email": email_address.email})
            return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on: for active members only, found by an address the provider has verified. Makes no account."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[Member, str] | None:
        """Return (member, address) of the active member with a verified address."""
        for address in _verified_addresses(sociallogin):
            member = Member.objects.active().with_address(address).first()
            if member:
                return member, address
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Turn away who is no active member, and who would tie somebody else's identity to their account."""
        if sociallogin.state.get("process") == CONNECT:
            is_known = getattr(request.user, "email", None) in _verified_addresses(sociallogin)
        else:
            is_known = sociallogin.is_existing and sociallogin.user.is_active
        if not is_known:
            page = render(request, "account/signup_closed.html", status=HTTPStatus.FORBIDDEN)
            raise ImmediateHttpResponse(page)


def _verified_addresses(sociallogin: SocialLogin) -> list[str]:
    return [normalised_address(address.email) for address in sociallogin.email_addresses if address.verified]


def _was_proved_elsewhere(request: HttpRequest, user: Any) -> bool:
    """Whether a code or password was asked for with an address that is not the member's any more."""
    records = get_authentication_records(request, user)
    return any(normalised_address(record["email"]) != user.email for record in records if record.get("email"))


def _holds_address(member: Member) -> bool:
    return EmailAddress.objects.filter(user=member, email=member.email, verified=True, primary=True).exists()
