"""A published paper as other software reads it over HTTP: a feed reader, reference managers, a harvester."""

import json
import urllib.request

import bibtexparser
import feedparser
import rispy
from oaipmh_scythe import Scythe


def fetch(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read().decode()


def feed_titles(base):
    """[(title, link)] of the entries."""
    feed = feedparser.parse(f"{base}/publications/feed/")
    assert not feed.bozo, feed.bozo_exception
    return [(entry.title, entry.link) for entry in feed.entries]


def bibtex_entry(url):
    library = bibtexparser.parse_string(fetch(f"{url}.bib"))
    assert library.failed_blocks == []
    [entry] = library.entries
    return {name: field.value.replace("{", "").replace("}", "") for name, field in entry.fields_dict.items()}


def ris_entry(url):
    [entry] = rispy.loads(fetch(f"{url}.ris"))
    return entry


def csl_entry(url):
    [entry] = json.loads(fetch(f"{url}.json"))
    return entry


def harvested(base):
    """The metadata of all records that are not deleted."""
    with Scythe(f"{base}/oai") as harvester:
        return [record.metadata for record in harvester.list_records() if not record.deleted]
