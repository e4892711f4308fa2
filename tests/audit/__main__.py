"""``python -m tests.audit FOLDER``: save every page in it for the Nu checker, and have Lighthouse judge three of them.

Starts a portal with its demo and the seeds of ``tests/face/``. Status 1 where a score is below its bar.
"""

import sys
import tempfile
from pathlib import Path

import django


def main():
    django.setup()
    # What they import names models.
    from tests.audit import lighthouse, walk
    from tests.face.stage import sown_portal

    folder = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as data, sown_portal(Path(data) / "data") as (base, seeds):
        for reader in walk.READERS:
            say(f"{reader}: {walk.save_pages(reader, base, seeds, folder)} pages and calendar files")
        say(f"nobody in particular: {walk.save_error_pages(folder)} pages of errors")
        rows = lighthouse.judge(base, seeds)
    say(lighthouse.table(rows))
    sys.exit(any(row.is_below for row in rows))


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
