"""What holds of every page of the table, seen without a browser: few queries (conventions), the legal texts linked."""

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.face.seeds import sow
from tests.face.stage import PASSWORD
from tests.face.table import PAGES

BUDGET, SEARCH_BUDGET, ADMIN_BUDGET = 10, 12, 15
# Whose address holds a secret, which they take out of sight; and what strangers are not told of.
LEAD_ON = {"account_reset_password_from_key", "socialaccount_login_error"}
LEGAL = ('href="/privacy/"', 'href="/imprint/"', 'href="/accessibility/"')


@pytest.mark.django_db
def test_every_page_asks_little_and_links_the_legal_texts(settings, tmp_path):
    settings.MEDIA_ROOT, settings.DEMO_PASSWORD = tmp_path, PASSWORD
    call_command("demo", verbosity=0)
    seeds = sow()
    ContentType.objects.get_for_models(*apps.get_models())
    opened = [page for page in PAGES if not page.forms]
    assert len(opened) > 150

    faults = [fault for page in opened for fault in faults_of(page, seeds)]

    assert not faults, "\n".join(faults)


def faults_of(page, seeds):
    """What is wrong with the page, in words, when its reader has been there before."""
    client = Client(headers={"host": "localhost"})
    session = seeds["sessions"].get(page.reader)
    if session:
        client.cookies[seeds["cookie"]] = session
    client.get(page.at(seeds))
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page.at(seeds))
    if page.name in LEAD_ON and answer.status_code == 302:
        return
    if answer.status_code != page.status:
        yield f"{page}: {answer.status_code}"
    if (asked := len(list(filter(_is_asked, captured.captured_queries)))) > budget(page):
        yield f"{page}: {asked} queries"
    yield from (f"{page}: no {link}" for link in LEGAL if link not in answer.text)


def _is_asked(query):
    """Whether it is a question of the page, and not how the cache keeps a limit where there is no Redis."""
    return "core_cache" not in query["sql"] and "SAVEPOINT" not in query["sql"]


def budget(page):
    return ADMIN_BUDGET if page.is_admin else SEARCH_BUDGET if page.name == "pages:search" else BUDGET
