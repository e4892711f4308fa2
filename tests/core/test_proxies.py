"""Whose forwarded headers count."""

from ipaddress import ip_network

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from apps.core.proxies import TrustedProxyMiddleware


@pytest.fixture
def seen():
    """What a view sees of a request with the given headers."""

    def see(peer, **headers):
        met = {}

        def view(request):
            met.update(request.META)
            return HttpResponse()

        TrustedProxyMiddleware(view)(RequestFactory().get("/", REMOTE_ADDR=peer, **headers))
        return met

    return see


def test_headers_of_strangers_are_removed(seen, settings):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]

    meta = seen(
        "203.0.113.9",
        HTTP_X_FORWARDED_FOR="198.51.100.1",
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_X_FORWARDED_HOST="evil.example",
        HTTP_X_REAL_IP="198.51.100.1",
        HTTP_FORWARDED="for=198.51.100.1",
    )

    assert meta["REMOTE_ADDR"] == "203.0.113.9"
    assert not [name for name in meta if "FORWARDED" in name or "REAL_IP" in name]


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("1.2.3.4, 198.51.100.1, 10.0.0.7", "198.51.100.1"),
        ("10.0.0.8, 10.0.0.7", "10.0.0.8"),
        ("1.2.3.4, nonsense, 10.0.0.7", "10.0.0.7"),
        ("", "10.0.0.2"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_client_is_the_nearest_address_no_trusted_proxy_has(seen, settings, forwarded, client):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]

    meta = seen("10.0.0.2", HTTP_X_FORWARDED_FOR=forwarded, HTTP_X_FORWARDED_PROTO="https")

    assert meta["REMOTE_ADDR"] == client
    assert meta["HTTP_X_FORWARDED_PROTO"] == "https"


def test_unnamed_local_proxy_in_production_is_believed_about_the_scheme_only(seen, settings):
    settings.IS_PRODUCTION = True

    local = seen("127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.1", HTTP_X_FORWARDED_PROTO="https")
    foreign = seen("203.0.113.9", HTTP_X_FORWARDED_PROTO="https")

    assert (local["REMOTE_ADDR"], local.get("HTTP_X_FORWARDED_PROTO")) == ("127.0.0.1", "https")
    assert "HTTP_X_FORWARDED_PROTO" not in foreign


def test_unix_socket_counts_as_loopback(seen, settings):
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]

    assert seen("", HTTP_X_FORWARDED_FOR="198.51.100.1")["REMOTE_ADDR"] == "198.51.100.1"
    assert seen("")["REMOTE_ADDR"] == "127.0.0.1"
