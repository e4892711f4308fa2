"""What members type, and people who want to be one."""

from apps.members.forms.account import AcceptanceForm, CodeForm, FirstPasswordForm, NewAddressForm, ProfileForm
from apps.members.forms.joining import JoinForm

__all__ = ["AcceptanceForm", "CodeForm", "FirstPasswordForm", "JoinForm", "NewAddressForm", "ProfileForm"]
