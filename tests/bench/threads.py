"""What threads cost: their list, one page of a long one, the search in all of them, and a post.

Costs are CPU time of gunicorn's worker process; where more rows are compared, also the time until the answer, for there
the database counts too. BENCH_POSTS says how many posts the last step has (a million takes some minutes to make).
"""

import itertools
import os
import re
import time
from functools import partial
from statistics import median

from django.conf import settings
from django.core.cache import cache

from apps.discussions.levels import Level
from apps.discussions.models import POSTS_PER_PAGE, Subscription, Thread
from apps.members.models import Member
from tests.bench.broker import broker
from tests.bench.filled import fill
from tests.bench.pages import GROWTH, MEMBER, STAFF, against_bare, clocks, costs, grown, milliseconds
from tests.bench.rounds import ROUNDS, alternate
from tests.bench.rows import Row, compared
from tests.bench.webserver import Browser, web_server

SEEDS = {"members": 3000, "threads": 5000}
FEW, MANY, MOST = 1000, 100_000, int(os.environ.get("BENCH_POSTS") or 1_000_000)
FOLLOWERS = 2000
# Fewer than the portal takes from one person in ten minutes.
POSTS_A_ROUND = 15

LIST = "/discussions/"
SEARCHES = {"1 word": "/search/?q=registries", "3 words": "/search/?q=registries+buffer+removals"}


def measure():
    """Fill the database step by step; measure pages and posts at the middle one, and the growth from first to last."""
    fill(**SEEDS, posts=FEW)
    with broker(), web_server() as server:
        browser, staff = (Browser(server.port, login, settings.DEMO_PASSWORD) for login in (MEMBER, STAFF))
        few = _costs(server, browser)
        fill(**SEEDS, posts=MANY)
        rows = [*_pages(server, browser, staff), *_searches(server, browser), *_ends(server, browser)]
        rows += _writing(server, browser)
        fill(**SEEDS, posts=MOST)
        many = _costs(server, browser)
    return [*rows, *grown(f"{MOST:,} posts against {FEW:,}", many, few)]


def _long():
    return Thread.objects.order_by("-last_number").first()


def _pages(server, browser, staff):
    long = _long()
    unattributed = Thread.objects.filter(mode="unattributed", visibility="members").order_by("-last_number").first()
    page, last = long.get_absolute_url(), f"{long.get_absolute_url()}?page={long.last_page}"
    return [
        against_bare(server, browser, f"{POSTS_PER_PAGE} posts, the first of {long.last_number:,}", page, "≤ 8 ×"),
        against_bare(server, browser, f"{POSTS_PER_PAGE} posts, the last of {long.last_number:,}", last, "≤ 8 ×"),
        against_bare(server, staff, f"staff: {POSTS_PER_PAGE} posts, the last", last, "≤ 8 ×"),
        against_bare(
            server, browser, f"{unattributed.last_number} posts without names", unattributed.get_absolute_url(), "≤ 8 ×"
        ),
        against_bare(server, browser, "list of threads, with filters", LIST, "≤ 6 ×"),
        against_bare(server, staff, "staff: list of threads, with filters", LIST, "≤ 6 ×"),
    ]


def _searches(server, browser):
    """Each search against the list of threads."""
    paths = {**SEARCHES, "list": LIST}
    cost = alternate({name: partial(milliseconds, server.cpu_seconds, browser, path) for name, path in paths.items()})
    return [compared(f"search, {name}, against the list", cost[name], cost["list"], "≤ 3 ×") for name in SEARCHES]


def _ends(server, browser):
    """The last page of the long thread against its first, worker and whole answer."""
    long = _long()
    paths = {"first": long.get_absolute_url(), "last": f"{long.get_absolute_url()}?page={long.last_page}"}
    for what, clock in clocks(server).items():
        cost = alternate({name: partial(milliseconds, clock, browser, path) for name, path in paths.items()})
        yield compared(f"last page of {long.last_page} against the first, {what}", cost["last"], cost["first"], GROWTH)


def _costs(server, browser):
    """Return the costs of the pages that more posts must not make dearer."""
    paths = {"list of threads": LIST, f"{POSTS_PER_PAGE} posts": _long().get_absolute_url()}
    return costs(server, browser, paths | {f"search, {name}": path for name, path in SEARCHES.items()})


def _writing(server, browser):
    """A post into the long thread against one into a short one, and one that 2,000 people follow."""
    seen = Thread.objects.filter(mode="named", visibility="members").order_by("last_number", "pk")
    long, short, followed = seen.last(), seen[0], seen[1]
    _follow(followed)
    for what, clock in clocks(server).items():
        cost = alternate({thread: partial(_post, clock, browser, thread) for thread in (long, short)})
        name = f"a post into {long.last_number:,} against one into {short.last_number}, {what}"
        yield compared(name, cost[long], cost[short], "about 1 ×")
    waited = median(_post(time.perf_counter, browser, followed) for _round in range(ROUNDS))
    yield Row(f"a post to {FOLLOWERS:,} followers is answered", f"{waited:.0f} ms", bar="≤ 300 ms")


def _follow(thread):
    readers = Member.objects.seeing(thread).order_by("pk")[:FOLLOWERS]
    Subscription.objects.bulk_create(
        [Subscription(member=reader, thread=thread, level=Level.ALL) for reader in readers], batch_size=500
    )
    assert thread.subscriptions.count() == FOLLOWERS


_texts = itertools.count(1)


def _post(clock, browser, thread):
    """Return what one post takes by this clock, its answer without the page that follows, over some; the posts of
    before are forgotten where the portal counts them.
    """
    cache.clear()
    path = thread.get_absolute_url()
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', browser.ask(path))[1].decode()
    started = clock()
    for _number in range(POSTS_A_ROUND):
        text = f"A **word** on registries, number {next(_texts)}.\n\n> As said before.\n\n- one\n- two\n"
        browser.ask(path, {"csrfmiddlewaretoken": token, "text": text}, status=302)
    return (clock() - started) / POSTS_A_ROUND * 1000
