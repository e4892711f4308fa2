"""Registers the project as an application, so that every Django process has the Celery app and the `run` command."""

from django.apps import AppConfig

from cmmportal.celery import app as celery_app

__all__ = ["PortalConfig", "celery_app"]


class PortalConfig(AppConfig):
    name = "cmmportal"
    label = "cmmportal"
