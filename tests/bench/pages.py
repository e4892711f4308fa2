"""What a page costs the web worker, against a bare page of the same size, and whether more rows cost more.

Costs are CPU time of gunicorn's worker process; where more rows are compared, also the time until the answer, for there
the database counts too.
"""

import time
from functools import partial

from django.conf import settings
from django.core.cache import cache

from apps.events.models import Event
from apps.members.models import Member
from tests.bench.filled import fill
from tests.bench.rounds import alternate
from tests.bench.rows import compared
from tests.bench.webserver import Browser, web_server

REQUESTS = 50
MEMBER, STAFF = "member@example.org", "coordinator@example.org"
LIST, FILTERED, SINGLE, GROWTH = "≤ 5 ×", "≤ 6 ×", "≤ 5 ×", "≤ 1.2 ×"
LISTS = {
    "events ahead": "/events/",
    "events past": "/events/?when=past",
    "events of a group": "/groups/cmm-wg/",
}


def measure():
    """Fill the database, measure the pages of a member and of the secretariat, then the lists with more rows."""
    fill(members=5000, events=1000)
    with web_server() as server:
        browser, staff = (Browser(server.port, login, settings.DEMO_PASSWORD) for login in (MEMBER, STAFF))
        rows = [against_bare(server, browser, *page) for page in pages_of(MEMBER)]
        rows += [against_bare(server, staff, f"staff: {what}", path, bar) for what, path, bar in pages_of(STAFF)]
        rows += [first_and_last(server, browser, what, path) for what, path in LISTS.items()]
        few = costs(server, browser, LISTS)
        fill(members=5000, events=100_000)
        many = costs(server, browser, LISTS)
        rows += [first_and_last(server, browser, f"100,000 events: {what}", path) for what, path in LISTS.items()]
    return [*rows, *grown("100,000 events against 1,000", many, few)]


def pages_of(login):
    """Return (what, path, bar) of the pages that ``login`` reads."""
    reader = Member.objects.get(email=login)
    seen = Event.objects.visible_to(reader).exclude(Event.draft_q()).order_by("pk")
    large = seen.filter(slug__endswith="00", group__slug="cmm-wg", is_chatham_house=False)
    return [
        ("events ahead, with filters", LISTS["events ahead"], FILTERED),
        ("events past, with filters", LISTS["events past"], FILTERED),
        ("events of a group", LISTS["events of a group"], LIST),
        ("a topic", "/topics/authorisation/", LIST),
        ("members, with filters", "/members/", FILTERED),
        ("notices", "/notifications/", LIST),
        ("an event with 100 names", large.first().get_absolute_url(), SINGLE),
        ("an event with few names", seen.first().get_absolute_url(), SINGLE),
        ("dashboard", "/dashboard/", SINGLE),
    ]


def against_bare(server, browser, what, path, bar):
    """Return the row of one page against a bare one with as many bytes."""
    size = len(browser.ask(path))
    paths = {"page": path, "bare": f"/bare/{size}/"}
    cost = alternate({name: partial(milliseconds, server.cpu_seconds, browser, path) for name, path in paths.items()})
    return compared(f"{what} ({size / 1000:.0f} kB)", cost["page"], cost["bare"], bar)


def first_and_last(server, browser, what, path):
    """Return the row of a list's last page against its first, by the time until the answer."""
    joint = "&" if "?" in path else "?"
    paths = {"first": path, "last": f"{path}{joint}page=999999"}
    cost = alternate({name: partial(milliseconds, time.perf_counter, browser, path) for name, path in paths.items()})
    return compared(f"{what}, last page against first", cost["last"], cost["first"], GROWTH)


def costs(server, browser, paths):
    """Return {what: bare pages}: what each path costs in bare pages with as many bytes, worker and whole answer.

    Figures from before and after many rows are made are minutes apart: the machine may have become another.
    """
    bare = {what: f"/bare/{len(browser.ask(path))}/" for what, path in paths.items()}
    cost = alternate(
        {
            (what, name, is_bare): partial(milliseconds, clock, browser, path)
            for is_bare, asked in ((False, paths), (True, bare))
            for what, path in asked.items()
            for name, clock in clocks(server).items()
        }
    )
    return {f"{what}, {name}": cost[what, name, False] / cost[what, name, True] for what, name, bare in cost if bare}


def clocks(server):
    """Return {name: clock} of what is compared where the number of rows differs."""
    return {"CPU": server.cpu_seconds, "answer": time.perf_counter}


def grown(rows, many, few):
    """Yield a row for each of these ``costs`` with many rows, against those with few."""
    for what in few:
        yield compared(f"{what}, {rows}", many[what], few[what], GROWTH, unit="bare pages")


def milliseconds(clock, browser, path):
    """Return what one answer takes by this clock, over many asked one after the other.

    So many searches a minute no person makes: those of before are forgotten.
    """
    cache.clear()
    browser.ask(path)
    started = clock()
    for _request in range(REQUESTS):
        browser.ask(path)
    return (clock() - started) / REQUESTS * 1000
