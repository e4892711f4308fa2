"""Acts in the admin that ask first: GET shows who is affected, POST does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import Action
from django.core.exceptions import PermissionDenied
from django.db.models.options import Options
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.views import View


def reader(request: HttpRequest) -> Any:
    """Return the member at the screen: the admin lets nobody else in."""
    return request.user


@dataclass(frozen=True, slots=True)
class Tool:
    """A button above a row's form."""

    label: str
    url: str


class Step(View):
    """One act with its confirming page. ``perm`` is asked with each row; ``label`` stands on its button."""

    http_method_names = ["get", "post", "head", "options"]
    slug: ClassVar[str]
    perm: ClassVar[str]
    label: ClassVar[str | Promise]
    template_name: ClassVar[str] = "admin/step.html"
    model_admin: Any = None

    @classmethod
    def route(cls) -> str:
        raise NotImplementedError

    @classmethod
    def url_name(cls, opts: Options[Any]) -> str:
        return f"{opts.app_label}_{opts.model_name}_{cls.slug}"

    @classmethod
    def tool(cls, model_admin: admin.ModelAdmin, request: HttpRequest, row: Any) -> Tool | None:
        """Return the button above this row's form, None when the act does not fit the row or the reader."""
        fits = request.user.has_perm(cls.perm, row) and cls.fits(row)
        return Tool(str(cls.label), cls.tool_url(model_admin.opts, row)) if fits else None

    @classmethod
    def tool_url(cls, opts: Options[Any], row: Any) -> str:
        raise NotImplementedError

    @classmethod
    def fits(cls, row: Any) -> bool:
        """Whether the act would change anything about this row as it is now."""
        return True

    @classmethod
    def as_list_action(cls, model_admin: admin.ModelAdmin, request: HttpRequest) -> Action | None:
        """Return the entry in the list's menu, None for acts on one row only."""
        return None

    @property
    def actor(self) -> Any:
        return reader(self.request)

    @property
    def opts(self) -> Options[Any]:
        return self.model_admin.opts

    def page(self, title: str, back_url: str, **context: Any) -> HttpResponse:
        """Return the confirming page."""
        context = {
            **self.model_admin.admin_site.each_context(self.request),
            "title": title,
            "opts": self.opts,
            "step": self,
            "back_url": back_url,
            "media": context["form"].media if "form" in context else forms.Media(),
            **context,
        }
        return TemplateResponse(self.request, self.template_name, context)

    def row_url(self, row: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])

    def list_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")


class RowStep(Step):
    """An act on one row, at ``<id>/<slug>/``."""

    row: Any

    @classmethod
    def route(cls) -> str:
        return f"<int:pk>/{cls.slug}/"

    @classmethod
    def tool_url(cls, opts: Options[Any], row: Any) -> str:
        return reverse(f"admin:{cls.url_name(opts)}", args=[row.pk])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.row = get_object_or_404(self.model_admin.get_queryset(request), pk=min(kwargs["pk"], 2**63 - 1))
        if not request.user.has_perm(self.perm, self.row):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def done(self, message: str, level: int = messages.SUCCESS) -> HttpResponse:
        """Log the act in the row's history, say what happened and go back to the row."""
        self.model_admin.log_change(self.request, self.row, message)
        messages.add_message(self.request, level, message)
        return HttpResponseRedirect(self.row_url(self.row))
