"""Counting the queries of a page."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_of(client, reader, url):
    """Return how many queries the page takes for ``reader`` (None: a stranger), after a first look."""
    client.logout()
    if reader:
        client.force_login(reader)
    first = client.get(url)
    assert first.status_code == 200
    assert first.getvalue()  # Reading a file to its end closes it.
    with CaptureQueriesContext(connection) as queries:
        client.get(url).getvalue()
    return len(queries)
