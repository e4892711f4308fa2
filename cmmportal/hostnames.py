"""What host names and addresses look like, for the settings: light, so that every process can afford it.

Stricter than the RFCs on purpose. Names in other scripts are written in their ``xn--`` form, as DNS has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import formataddr, parseaddr
from ipaddress import ip_address

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*", re.IGNORECASE)
_LOCAL_PART = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+", re.IGNORECASE)


def is_host_name(text: str) -> bool:
    """Whether this is a name of DNS, such as portal.example.org or localhost, or an IPv4 address."""
    return len(text) <= 253 and _NAME.fullmatch(text) is not None


def is_host(text: str) -> bool:
    """Whether this is a host as URLs are taken apart: a name, or an IP address without brackets."""
    return is_host_name(text) or (":" in text and _is_address(text))


def is_host_pattern(text: str) -> bool:
    """Whether Django's ALLOWED_HOSTS can match this: a host, ``.example.org`` for all below it, ``[::1]``, or ``*``."""
    if text.startswith("[") and text.endswith("]"):
        return ":" in text and _is_address(text[1:-1])
    return text == "*" or is_host_name(text.removeprefix("."))


def is_served(host: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns matches the host, as Django will see it."""
    seen = f"[{host}]" if ":" in host else host
    wanted = [pattern.lower() for pattern in patterns]
    parents = {seen[dot:] for dot, letter in enumerate(seen) if letter == "."} | {f".{seen}"}
    return not {seen, "*", *parents}.isdisjoint(wanted)


def is_mailbox(text: str) -> bool:
    """Whether this is one address with or without a name, such as ``Portal <portal@example.org>``, and nothing else."""
    name, address = parseaddr(text)
    local, _at, domain = address.rpartition("@")
    is_whole = text in {address, f"<{address}>"} or (bool(name) and text.endswith(f"<{address}>"))
    return (
        text.isprintable()
        and is_whole
        and is_host_name(domain)
        and _LOCAL_PART.fullmatch(local) is not None
        and parseaddr(formataddr((name, address)))[1] == address
    )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
