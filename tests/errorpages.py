"""The pages for what cannot be answered, as the portal answers with them: for looks at them, and for the audit."""

from django.db import OperationalError
from django.template import TemplateDoesNotExist

from apps.core import errors


def error_pages(request):
    """Return the answer to ``request``, which has a user and a session, by its status."""
    return {
        400: errors.bad_request(request),
        403: errors.permission_denied(request),
        404: errors.page_not_found(request),
        429: errors.too_many_requests(request),
        500: _failing(request, TemplateDoesNotExist("x")),
        503: _failing(request, OperationalError("x")),
    }


def _failing(request, fault):
    try:
        raise fault
    except type(fault):
        return errors.server_error(request)
