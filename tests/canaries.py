"""The canary method: a word of its own in everything that is not for everybody, and who comes upon which.

Each reader opens every address once and everything that came back is kept, so that one look answers for all words. The
secretariat looks first: what it would leave in a cache, the others would find.
"""

import json
import re

from django.core.mail import EmailMultiAlternatives

from apps.members import export
from apps.members.models import Member

# Small letters and nothing beside them: a token may hold the same three.
_CANARY = re.compile(r"(?<!\w)zq7[a-z]+(?!\w)")


def finds(client, readers, addresses, *, feeds=None):
    """Return {canary: who came upon it}. ``readers``: members, or None, by name; ``feeds``: addresses by name that
    need no login.
    """
    found = {}
    for name, reader in readers.items():
        client.logout()
        if reader is not None:
            client.force_login(reader)
        for path in [*addresses, *(feeds or {}).get(name, ())]:
            for word in _CANARY.findall(_text_at(client, path)):
                found.setdefault(word, set()).add(name)
    return found


def _text_at(client, path):
    """Headers and content, also of where it leads; the page to sign in says nothing of where one came from."""
    answer = client.get(path)
    assert answer.status_code < 500, path
    where = answer.headers.get("Location", "")
    text = f"{' '.join(answer.headers.values())}\n{answer.getvalue().decode('utf-8', 'replace')}"
    if not where or where.startswith(("/accounts/login/", "/admin/login/")):
        return text
    return text + _text_at(client, where)


def exported(readers):
    """Return {canary: whose export of their own data holds it}, of those who can still ask for one."""
    found = {}
    for name, reader in readers.items():
        member = reader and Member.objects.get(pk=reader.pk)
        if member and member.is_active:
            for word in _CANARY.findall(json.dumps(export.collect(member), default=str)):
                found.setdefault(word, set()).add(name)
    return found


def mailed(messages, readers):
    """Return {canary: who was mailed it}, in any part or header."""
    names = {reader.email: name for name, reader in readers.items() if reader is not None}
    found = {}
    for message in messages:
        assert isinstance(message, EmailMultiAlternatives)
        parts = [message.subject, message.body, *(part.content for part in message.alternatives)]
        text = " ".join([*parts, *map(str, message.extra_headers.values())])
        for word in _CANARY.findall(text):
            found.setdefault(word, set()).update(names[address] for address in message.to)
    return found
