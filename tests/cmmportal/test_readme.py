"""What the README points at is there."""

import re

from django.conf import settings
from django.core.management import get_commands

README = (settings.BASE_DIR / "README.md").read_text()


def test_every_path_of_the_guide_exists():
    guide = README.partition("## Where do I find")[2].partition("## Commands")[0]

    paths = [path for line in guide.splitlines() for path in paths_in(line)]
    assert len(paths) > 40
    assert [path for path in paths if not list(settings.BASE_DIR.glob(path))] == []


def paths_in(line):
    """The paths a row names, not addresses of pages: a bare file name lies in the folder of the path before it."""
    folder = ""
    for name in re.findall(r"`([\w.][\w/.*-]+)`", line.rstrip("| ").rpartition("|")[2]):
        if "/" in name:
            folder = name.rpartition("/")[0]
            yield name
        elif re.fullmatch(r"[\w-]+\.(py|css|js|md)", name):
            yield f"{folder}/{name}" if folder and name.islower() else name


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


def test_every_picture_is_there_light_and_described():
    pictures = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", README)
    pictures += [(alt, path) for path, alt in re.findall(r'<img src="([^"]+)" alt="([^"]+)"', README)]
    files = {path: settings.BASE_DIR / path for _alt, path in pictures}

    assert sorted(path.rpartition("/")[2] for path in files) == [
        "dashboard.png",
        "desk.png",
        "event.png",
        "home.png",
        "mail.png",
    ]
    assert [path for path, file in files.items() if not 5_000 < file.stat().st_size < 150_000] == []
    assert all(len(alt) > 20 for alt, _path in pictures)
