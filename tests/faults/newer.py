"""A newer version of the portal: a copy of the project with one more migration, to be run beside the present code."""

import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings

PARTS = ("apps", "cmmportal", "templates", "locale")

_MIGRATION = """
from django.db import migrations, models


def fail(apps, editor):
    raise RuntimeError("in the middle")


class Migration(migrations.Migration):
    dependencies = [("{app}", "{last}")]
    operations = [{operations}]
"""


class NewerPortal:
    """The copy in ``folder``; ``manage`` runs its own manage.py under the given environment."""

    def __init__(self, folder):
        self.folder = Path(folder)
        for name in PARTS:
            if (settings.BASE_DIR / name).is_dir():
                hidden = shutil.ignore_patterns("__pycache__")
                shutil.copytree(settings.BASE_DIR / name, self.folder / name, ignore=hidden)
        for name in ("manage.py", "pyproject.toml"):
            shutil.copy(settings.BASE_DIR / name, self.folder / name)

    def add_migration(self, app, *operations):
        """Add one more migration to an app, replacing one added before; returns the name of the one before it."""
        folder = self.folder / "apps" / app / "migrations"
        names = sorted(path.stem for path in folder.glob("[0-9]*.py") if path.stem != "9999_newer")
        text = _MIGRATION.format(app=app, last=names[-1], operations=", ".join(operations))
        (folder / "9999_newer.py").write_text(text)
        return names[-1]

    def manage(self, environment, *arguments):
        """Run the copy's manage.py; returns the finished process."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
