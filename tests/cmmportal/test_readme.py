"""What the README points at is there."""

import re

from django.conf import settings
from django.core.management import get_commands

README = (settings.BASE_DIR / "README.md").read_text()


def test_every_path_of_the_guide_exists():
    guide = README.partition("## Where do I find")[2].partition("## Commands")[0]
    paths = re.findall(r"`((?:apps|cmmportal|templates|tests)/[\w/.*]*|[A-Z-]+\.md)`", guide)

    assert len(paths) > 15
    assert [path for path in paths if not list(settings.BASE_DIR.glob(path))] == []


def test_every_command_named_exists():
    makefile = (settings.BASE_DIR / "Makefile").read_text()

    assert [name for name in re.findall(r"`make (\w[\w-]*)", README) if f"\n{name}:" not in makefile] == []
    assert [name for name in re.findall(r"`manage\.py (\w+)", README) if name not in get_commands()] == []


def test_every_variable_of_the_settings_stands_in_the_table():
    settings_file = (settings.BASE_DIR / "cmmportal" / "settings.py").read_text()
    read = set(re.findall(r"environment\.\w+\(\s*\"([A-Z_]+)\"", settings_file)) | {"PORTAL_PYTHON"}
    table = README.partition("## Environment")[2].partition("\n## ")[0]

    assert len(read) > 20
    assert sorted(name for name in read if f"`{name}`" not in table) == []
