"""`python -m tests.faults`, which is what `make faults` calls."""

import os
import sys
import tempfile

import django

if __name__ == "__main__":
    # Only so that models can be named: the portals that are broken have settings and folders of their own.
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "cmmportal.settings", "LOG_LEVEL": "ERROR"}
        django.setup()
        from tests.faults.runner import main

        sys.exit(main())
