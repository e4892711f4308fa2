"""Steps that ask for a fresh login before anything else (ASVS 5.0, 7.5.1)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from apps.core.adminsteps import Step
from apps.members.freshness import is_fresh


class FreshStep(Step):
    """Shows and does nothing until the reader has proved lately who they are."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_fresh(request):
            # A form that lay open too long is asked for again, not sent behind the reader's back.
            back = self.list_url() if request.method == "POST" else request.get_full_path()
            return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")
        return super().dispatch(request, *args, **kwargs)
