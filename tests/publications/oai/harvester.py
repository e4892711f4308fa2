"""A harvester as libraries run it, asking the portal's own web application."""

import httpx2
from django.test import Client
from oaipmh_scythe import HTTPConfig, Scythe

URL = "http://localhost:8000/oai"


def harvester(method="GET"):
    """A client of somebody else's making, whose requests need no network."""
    scythe = Scythe(URL, http_config=HTTPConfig(http_method=method))
    scythe._client = httpx2.Client(transport=httpx2.MockTransport(_answer))
    return scythe


def _answer(request):
    path = request.url.raw_path.decode()
    content_type = request.headers.get("Content-Type", "")
    response = Client().generic(request.method, path, request.read(), content_type, SERVER_PORT="8000")
    return httpx2.Response(response.status_code, headers=dict(response.headers), content=response.content)


def names(records):
    """[(identifier's last part, whether it is deleted)] of records or headers."""
    headers = [getattr(record, "header", record) for record in records]
    return [(header.identifier.rpartition(":")[2], header.deleted) for header in headers]
