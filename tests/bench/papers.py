"""What the list of 2,000 publications costs and a paper with 1,000 comments, how long its matrix takes, and whether a
harvest of 10,000 records keeps its memory flat.
"""

import re
import time
from datetime import timedelta
from html import unescape
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from apps.members.models import Group, Member
from apps.members.permissions import Visibility
from apps.publications.actions import settle_harvest
from apps.publications.models import Circulation, Publication
from tests.bench.filled import fill
from tests.bench.pages import FILTERED, GROWTH, MEMBER, SINGLE, STAFF, against_bare, first_and_last
from tests.bench.rows import Row, compared
from tests.bench.webserver import Browser, web_server
from tests.make import make_circulation, make_comment, make_consultee, make_publication

PAPERS, RECORDS, COMMENTS = 2000, 10_000, 1000
WORDS = "The baseline should be set anew for each crediting period. "
LIST = "/publications/"
FIRST = "/oai?verb=ListRecords&metadataPrefix=oai_dc"


def measure():
    """Fill the database, measure the pages of a member, then one harvest of everything."""
    fill(members=500, publications=PAPERS)
    with web_server() as server:
        browser = Browser(server.port, MEMBER, settings.DEMO_PASSWORD)
        rows = [
            against_bare(server, browser, "publications, with filters", LIST, FILTERED),
            against_bare(
                server, browser, "publications of a year and topic", f"{LIST}?year=2024&topic=removals", FILTERED
            ),
            against_bare(server, browser, "a publication", f"{LIST}{_a_paper()}/", SINGLE),
            first_and_last(server, browser, "publications", LIST),
            *_commented(server),
        ]
    fill(members=500, publications=RECORDS)
    Publication.objects.update(visibility=Visibility.PUBLIC, state=Publication.State.PUBLISHED, published_on=TODAY)
    settle_harvest(timezone.now())
    with web_server() as server:
        return [*rows, *_harvest(server, Browser(server.port, MEMBER, settings.DEMO_PASSWORD))]


TODAY = timezone.now().date()


def _a_paper():
    public = Publication.objects.open_to_all().filter(slug__startswith="synthetic-")
    return public.order_by("pk").values_list("slug", flat=True).first()


def _commented(server):
    """The pages of a circulation with many comments for one who was asked and for the secretariat, and the matrix."""
    reader, staff = (Member.objects.get(email=login) for login in (MEMBER, STAFF))
    paper = make_publication(
        slug="commented", group=Group.objects.get(slug="cmm-wg"), state=Publication.State.RESOLVING
    )
    circulation = make_circulation(publication=paper, state=Circulation.State.CLOSED, seen_by="participants")
    make_consultee(circulation=circulation, member=reader)
    for number in range(COMMENTS):
        make_comment(
            circulation=circulation,
            writer=staff,
            comment=WORDS * 8,
            proposed_change=WORDS * 4,
            page=number % 90 + 1,
            sent_on=TODAY - timedelta(days=1),
        )
    path = circulation.get_absolute_url()
    rows = []
    for login, who in ((MEMBER, ""), (STAFF, "staff: ")):
        browser = Browser(server.port, login, settings.DEMO_PASSWORD)
        rows += [
            against_bare(server, browser, f"{who}a paper with {COMMENTS} comments", path, SINGLE),
            against_bare(server, browser, f"{who}its comments", f"{path}comments/", SINGLE),
        ]
    for ending in ("xlsx", "docx", "csv"):
        started = time.perf_counter()
        browser.ask(f"{path}matrix.{ending}")
        taken = time.perf_counter() - started
        rows.append(Row(f"matrix of {COMMENTS} comments, {ending}", f"{taken:.2f} s", bar="about 2 s"))
    return rows


def _harvest(server, browser):
    """Take every record, page by page, and look at the worker's memory after the tenth page and after the last."""
    path, records, seconds, memory = FIRST, 0, [], []
    while path:
        started = time.perf_counter()
        text = browser.ask(path).decode()
        seconds.append(time.perf_counter() - started)
        memory.append(_resident(server.worker))
        records += text.count("<record>")
        token = re.search(r"<resumptionToken[^>]*>([^<]+)<", text)
        path = f"/oai?verb=ListRecords&resumptionToken={unescape(token[1])}" if token else ""
    early, late = memory[9], memory[-1]
    return [
        Row("records harvested", str(records), bar=f"≥ {RECORDS}"),
        Row("harvest of all", f"{sum(seconds):.1f} s"),
        compared("harvest, last full page against second", seconds[-2] * 1000, seconds[1] * 1000, GROWTH),
        compared("memory of the worker, last page against tenth", late, early, "≤ 1.1 ×", unit="MB"),
    ]


def _resident(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024
