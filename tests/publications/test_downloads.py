"""Counting downloads: who counts, who does not, that nobody is watched, and that no download suffers from it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.publications.models import DownloadCount
from tests.make import NOW, make_publication, make_version

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"
GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"

pytestmark = [pytest.mark.usefixtures("frozen"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _nobody_clicked_yet():
    cache.clear()


@pytest.fixture
def version(group):
    return make_version(publication=make_publication(group=group, visibility="public", slug="paper"), published_at=NOW)


def fetch(client, *, method="get", path="/publications/paper/file/", address="192.0.2.1", **headers):
    response = getattr(client, method)(path, headers={"User-Agent": FIREFOX, **headers}, REMOTE_ADDR=address)
    response.getvalue()  # Reading a file to its end closes it, as the server does when it has gone out.
    return response


def counted():
    return [(str(day), count) for day, count in DownloadCount.objects.order_by("day").values_list("day", "count")]


def test_readers_are_counted_by_version_and_day(client, version):
    for address in ("192.0.2.1", "192.0.2.2"):
        fetch(client, address=address)
    with time_machine.travel(NOW + timedelta(days=1)):
        fetch(client)
        newer = make_version(publication=version.publication, note="Newer", published_at=NOW)
        fetch(client)

    assert counted() == [("2027-03-01", 2), ("2027-03-02", 1), ("2027-03-02", 1)]
    assert DownloadCount.objects.filter(version=newer).count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": ""},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": "python-requests/2.32"},
        {"User-Agent": GOOGLE},
        {"User-Agent": GOOGLE.lower()},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"Range": "bytes=1000-"},
        {"Range": "bytes=-500"},
    ],
)
def test_robots_prefetching_and_later_parts_are_not_counted(client, version, headers):
    assert fetch(client, **headers).status_code == 200

    assert counted() == []


def test_neither_a_look_at_the_head_nor_an_unchanged_file_is_counted(client, version):
    assert fetch(client, method="head").status_code == 200
    assert fetch(client, **{"If-None-Match": f'"{version.sha256}"'}).status_code == 304

    assert counted() == []


def test_second_click_within_thirty_seconds_is_the_same_download(client, version, settings):
    for seconds in (0, 10, 29):
        with time_machine.travel(NOW + timedelta(seconds=seconds)):
            fetch(client)
    assert counted() == [("2027-03-01", 1)]

    with time_machine.travel(NOW + timedelta(seconds=15)):
        fetch(client, **{"User-Agent": SAFARI})
        fetch(client, Range="bytes=0-")
    assert counted() == [("2027-03-01", 2)]
    if not settings.REDIS_URL:  # Redis goes by a clock of its own.
        with time_machine.travel(NOW + timedelta(seconds=35)):
            fetch(client)
        assert counted() == [("2027-03-01", 3)]


def test_drafts_and_missing_files_are_not_counted(client, group, chair, coordinator):
    make_version(publication=make_publication(group=group, slug="paper", state="draft"))
    client.force_login(chair)
    assert fetch(client).status_code == 200
    gone = make_version(publication=make_publication(group=group, slug="gone", visibility="public"), published_at=NOW)
    gone.file.delete(save=False)
    assert fetch(client, path="/publications/gone/file/").status_code == 404

    assert counted() == []


def test_no_address_and_no_browser_is_kept(client, version, settings):
    kept = []
    add = cache.add

    def watch(key, value, *args, **kwargs):
        kept.append((key, value))
        return add(key, value, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(cache._connections[cache._alias]), "add", lambda self, *args, **kw: watch(*args, **kw))
        with CaptureQueriesContext(connection) as queries:
            fetch(client, address="192.0.2.77")

    assert counted() == [("2027-03-01", 1)]
    written = str(kept) + "".join(query["sql"] for query in queries)
    assert "192.0.2.77" not in written
    assert "Firefox" not in written


@pytest.mark.parametrize("broken", ["cache", "database"])
def test_fault_in_counting_makes_no_download_fail(client, version, monkeypatch, broken, caplog):
    def fail(*args, **kwargs):
        raise OSError(broken)

    target = "apps.publications.downloads._is_first_click" if broken == "cache" else DownloadCount
    monkeypatch.setattr(*((target, fail) if broken == "cache" else (target, "add_one", fail)))

    response = client.get("/publications/paper/file/", headers={"User-Agent": FIREFOX})

    assert len(response.getvalue()) == version.size
    assert f"A download of version {version.pk} was not counted." in caplog.text


def test_nothing_is_counted_before_the_file_has_gone(client, version):
    response = client.get("/publications/paper/file/", headers={"User-Agent": FIREFOX})

    assert counted() == []
    response.getvalue()
    assert counted() == [("2027-03-01", 1)]


@pytest.mark.parametrize(
    ("who", "sees"),
    [("coordinator", True), ("chair", True), ("member", False), ("observer", False), ("stranger", False)],
)
def test_numbers_are_shown_to_who_looks_after_the_paper(client, request, version, who, sees):
    DownloadCount.objects.create(version=version, day=NOW.date() - timedelta(days=31), count=40)
    DownloadCount.objects.create(version=version, day=NOW.date() - timedelta(days=30), count=2)
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)

    page = client.get("/publications/paper/").text

    assert ("42, 2 of them in the last 30 days" in page) == sees
    assert ("Downloads" in page) == sees


def test_author_sees_the_numbers(client, version, member):
    version.publication.authors.create(member=member, name="Mina", position=2)
    client.force_login(member)

    assert "None yet" in client.get("/publications/paper/").text


def test_desk_shows_the_downloads_of_each_version(client, version, coordinator):
    DownloadCount.objects.create(version=version, day=NOW.date(), count=3)
    DownloadCount.objects.create(version=version, day=NOW.date() - timedelta(days=1), count=4)
    client.force_login(coordinator)

    page = client.get(f"/admin/publications/publication/{version.publication.pk}/change/").text

    assert "7 downloads" in page
