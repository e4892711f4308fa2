"""Counting downloads without watching anybody, after the rules by which libraries count (COUNTER Code of Practice 5.1).

Left out are robots, what a browser fetches ahead of a click, later parts of a file, and the second of two clicks within
thirty seconds. To tell a second click, a reader's address and browser are known for those seconds as a keyed digest in
the cache; the key is random, new each day and kept nowhere else, so no digest can be led back to an address. What is
stored is a number per file and day.

Counting happens once the file has left: it can make no download wait, and a fault in it makes none fail.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from datetime import date
from functools import lru_cache

import crawleruseragents
from django.core.cache import cache
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils import timezone

from apps.publications.models import DownloadCount, Version

logger = logging.getLogger(__name__)

DOUBLE_CLICK_SECONDS = 30
_DAY_SECONDS = 24 * 60 * 60
# Longer than any browser's; patterns are tried on no more.
_AGENT_LENGTH = 400


def count_when_sent(request: HttpRequest, response: HttpResponseBase, version: Version) -> None:
    """Have the download counted when the whole answer has gone out, if it is one that counts."""
    if not isinstance(response, FileResponse) or version.publication.is_draft or not is_by_a_reader(request):
        return
    agent, address, pk = request.headers["User-Agent"], request.META.get("REMOTE_ADDR", ""), version.pk

    def count() -> None:
        try:
            today = timezone.now().date()
            if _is_first_click(f"{pk}\n{address}\n{agent}", today):
                DownloadCount.add_one(pk, today)
        except Exception:  # the edge: the reader has the file, whatever is wrong with the count
            logger.exception("A download of version %s was not counted.", pk)

    # What Django closes with the answer; there is no public name for "when it has gone out".
    response._resource_closers.append(count)  # type: ignore[attr-defined]  # noqa: SLF001


def is_by_a_reader(request: HttpRequest) -> bool:
    """Whether somebody asked to read the file from its beginning."""
    headers = request.headers
    purpose = headers.get("Sec-Purpose", "") + headers.get("Purpose", "") + headers.get("X-Moz", "")
    goes_on = not headers.get("Range", "bytes=0-").replace(" ", "").startswith("bytes=0-")
    agent = headers.get("User-Agent", "")[:_AGENT_LENGTH].strip()
    return request.method == "GET" and "prefetch" not in purpose and not goes_on and not _is_robot(agent)


@lru_cache(maxsize=512)
def _is_robot(agent: str) -> bool:
    """Whether a browser's name is a robot's; nameless programs are."""
    return not agent or crawleruseragents.is_crawler(agent, case_sensitive=False)


def _is_first_click(reader: str, today: date) -> bool:
    fresh = secrets.token_bytes(32)
    key: bytes = cache.get_or_set(f"downloads:{today}", fresh, _DAY_SECONDS) or fresh
    digest = hmac.new(key, reader.encode(), hashlib.sha256).hexdigest()
    return bool(cache.add(f"download:{digest}", 1, DOUBLE_CLICK_SECONDS))
