"""SECURITY-MODEL.md names every permission there is, and the lifetimes it gives are the ones set."""

import re
from pathlib import Path

from django.conf import settings

from apps.members.permissions import RULES, Role, Visibility

TEXT = (Path(settings.BASE_DIR) / "SECURITY-MODEL.md").read_text(encoding="utf-8")
# "`…_topic`" and "`members.…_topic`" stand for all verbs of the model.
WHOLE_MODELS = set(re.findall(r"`(?:[a-z]+\.)?…_([a-z]+)`", TEXT))


def is_named(perm):
    return f"`{perm}`" in TEXT or perm.rpartition("_")[2] in WHOLE_MODELS


def test_every_permission_is_named():
    assert [perm for perm in RULES if not is_named(perm)] == []


def test_no_permission_is_named_that_does_not_exist():
    named = re.findall(r"`((?:core|notifications|members|events|publications|discussions)\.[a-z]+_[a-z_]+)`", TEXT)

    assert named
    assert [perm for perm in named if perm not in RULES] == []


def test_every_visibility_and_role_has_its_place():
    assert [word for word in (*Visibility.values, *Role.values) if word not in TEXT] == []


def test_lifetimes_are_those_of_the_settings():
    idle, absolute = settings.SESSION_LIFETIME_MEMBER
    assert f"| members | {idle.days} days | {absolute.days} days |" in TEXT
    idle, absolute = (limit.total_seconds() // 3600 for limit in settings.SESSION_LIFETIME_STAFF)
    assert f"| staff | {idle:.0f} hours | {absolute:.0f} hours |" in TEXT
