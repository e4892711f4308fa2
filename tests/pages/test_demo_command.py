"""``manage.py demo``: once, only into an empty database, only where the demo is on."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.members.models import Member
from tests.make import make_member

PASSWORD = "only for this test"


def every_row():
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in apps.get_models()}


def test_command_run_twice_changes_nothing_the_second_time(db, settings, django_capture_on_commit_callbacks):
    settings.PORTAL_DEMO, settings.DEMO_PASSWORD = True, PASSWORD
    with django_capture_on_commit_callbacks() as nudges:
        call_command("demo", verbosity=0)
    before = every_row()

    with django_capture_on_commit_callbacks() as later_nudges:
        call_command("demo", verbosity=0)

    assert before["members.Member"]
    assert before["events.Participation"]
    assert every_row() == before
    assert (len(nudges), len(later_nudges)) == (1, 0)


def test_command_with_other_members_refuses_and_changes_nothing(db, settings):
    settings.PORTAL_DEMO, settings.DEMO_PASSWORD = True, PASSWORD
    make_member("real@example.net")
    before = every_row()

    with pytest.raises(CommandError, match="members of its own"):
        call_command("demo")

    assert every_row() == before


def test_command_with_the_demo_off_refuses(db, settings):
    settings.PORTAL_DEMO, settings.DEMO_PASSWORD = False, ""

    with pytest.raises(CommandError, match="PORTAL_DEMO"):
        call_command("demo")

    assert not Member.objects.exists()
