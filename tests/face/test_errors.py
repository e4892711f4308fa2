"""The pages for what cannot be answered, as good to everybody as the others."""

import pytest
from django.db import OperationalError
from django.template import TemplateDoesNotExist

from apps.core import errors
from tests.face import looks

pytestmark = [pytest.mark.journey, pytest.mark.django_db]


@pytest.fixture
def answers(client, rf, member):
    """Each of our error pages as the portal answers with it, headers and all."""
    request = rf.get("/")
    request.user = member
    request.session = {}
    client.raise_request_exception = False
    headers = client.get("/missing/").headers

    def failing(fault):
        try:
            raise fault
        except type(fault):
            return errors.server_error(request)

    pages = {
        400: errors.bad_request(request),
        403: errors.permission_denied(request),
        404: errors.page_not_found(request),
        429: errors.too_many_requests(request),
        500: failing(TemplateDoesNotExist("x")),
        503: failing(OperationalError("x")),
    }
    return {status: (page.text, dict(headers) | dict(page.headers)) for status, page in pages.items()}


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_error_page_is_good_to_everybody(looker, answers, status):
    body, headers = answers[status]

    found, faults = looker.run(look_at, looker, status, body, headers)

    assert found == status
    assert not faults, "\n".join(faults)


def look_at(looker, status, body, headers):
    tab, watch = looker.tab("stranger")
    url = f"{looker.base}/broken/"
    tab.route(url, lambda route: route.fulfill(status=status, body=body, headers=headers))
    tab.set_viewport_size(looks.WIDE)
    watch.begin(url)
    answer = tab.goto(url)
    faults = looks.quiet(tab, watch)
    faults += [*looks.accessible(tab), *looks.walkable(tab), *looks.fits(tab)]
    tab.unroute(url)
    return answer.status, faults
