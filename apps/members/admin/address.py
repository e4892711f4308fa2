"""Giving a member another e-mail address: a lost mailbox, another ministry."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.adminsteps import RowStep
from apps.core.refused import Refused
from apps.members import actions
from apps.members.admin.closing import who_is
from apps.members.admin.proving import FreshStep
from apps.members.models import Member


class AddressForm(forms.Form):
    address = forms.EmailField(
        label=gettext_lazy("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Make sure by another way than mail that it is theirs: it opens the account."),
    )


class AddressStep(FreshStep, RowStep):
    slug = "address"
    perm = "members.change_member"
    label = gettext_lazy("Change the address")
    explanation = gettext_lazy(
        "From now on they sign in with the new address, and all mail goes there. They are signed out everywhere; codes"
        " and links sent to the old address, single sign-on and open invitations to it stop working. Password, second"
        " factor, groups and answers stay. Both addresses are told at once, and this is logged."
    )

    @classmethod
    def fits(cls, row: Member) -> bool:
        return row.is_active

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._ask(AddressForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = AddressForm(request.POST)
        if not form.is_valid():
            return self._ask(form)
        try:
            actions.change_address(
                actor=self.actor, member=self.row, address=form.cleaned_data["address"], now=timezone.now()
            )
        except Refused as refusal:
            form.add_error("address", str(refusal))
            return self._ask(form)
        return self.done(_("Address changed. The old and the new one are told."))

    def _ask(self, form: forms.Form) -> HttpResponse:
        return self.page(
            _("Change the address of %(name)s?") % {"name": self.row},
            self.row_url(self.row),
            form=form,
            affected=[who_is(self.row)],
            button=_("Change the address"),
        )
