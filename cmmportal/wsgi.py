"""The WSGI entry point, for gunicorn: `gunicorn --config python:cmmportal.webserver cmmportal.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmmportal.settings")

application = get_wsgi_application()

from cmmportal.admission import admit  # noqa: E402 - it loads models, which Django has to be set up for

admit()
