"""Whose forwarded headers are believed. After this middleware REMOTE_ADDR is the client, for everybody who asks."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

LOOPBACK = "127.0.0.1"
SCHEME_HEADER = "HTTP_X_FORWARDED_PROTO"
ADDRESS_HEADER = "HTTP_X_FORWARDED_FOR"
# Removed from every request, so that nothing further in can trust them by mistake.
NEVER_READ = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_REAL_IP")


class TrustedProxyMiddleware:
    """Takes client address and scheme from a trusted proxy, and strips the headers of everybody else.

    In production a proxy on the same machine is believed about the scheme even without TRUSTED_PROXIES:
    a lie there only spoils the liar's own answer. About addresses nobody is believed unasked, because
    rate limits count by them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        peer = meta.get("REMOTE_ADDR") or LOOPBACK  # Empty on a unix socket.
        meta["REMOTE_ADDR"] = peer
        if is_trusted(peer):
            meta["REMOTE_ADDR"] = client_address(peer, meta.get(ADDRESS_HEADER, ""))
        elif not (settings.IS_PRODUCTION and not settings.TRUSTED_PROXIES and ip_address(peer).is_loopback):
            meta.pop(SCHEME_HEADER, None)
        for header in (ADDRESS_HEADER, *NEVER_READ):
            meta.pop(header, None)
        return self.get_response(request)


def is_trusted(address: str) -> bool:
    """Whether the address belongs to a proxy named in TRUSTED_PROXIES; an unreadable one does not."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return any(ip in network for network in settings.TRUSTED_PROXIES)


def client_address(peer: str, forwarded_for: str) -> str:
    """The nearest address no trusted proxy vouches for as its own: what stands further left was written by clients."""
    client = peer
    for part in reversed(forwarded_for.split(",")):
        try:
            client = str(ip_address(part.strip()))
        except ValueError:
            break
        if not is_trusted(client):
            break
    return client
