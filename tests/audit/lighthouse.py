"""Lighthouse, as it sees a phone on a slow line: the median of three runs on each page, against its bars."""

import json
import subprocess
from dataclasses import dataclass
from statistics import median

from tests.browser import FLAGS, find_chromium
from tests.face.table import MEMBER, STRANGER

COMMAND = ".audit/node_modules/.bin/lighthouse"
RUNS = 3
PAGES = {"home": ("/", STRANGER), "event": ("/events/<event>/", STRANGER), "dashboard": ("/dashboard/", MEMBER)}
BARS = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
# What nobody but a member sees is not for search engines.
PRIVATE_BARS = {name: bar for name, bar in BARS.items() if name != "seo"}


@dataclass(frozen=True)
class Row:
    """The scores of one page, from 0 to 100, what cost points, and how fast the machine was (Lighthouse's index)."""

    page: str
    scores: dict[str, float]
    costs: set[str]
    speed: float

    @property
    def is_below(self):
        return any(score < BARS[name] for name, score in self.scores.items())


def judge(base, seeds):
    """Run it on each page; returns a row for each."""
    rows = []
    for page, (path, reader) in PAGES.items():
        url = base + path.replace("<event>", seeds["event"])
        cookie = f"{seeds['cookie']}={seeds['sessions'][reader]}" if reader != STRANGER else ""
        reports = [run(url, cookie) for _turn in range(RUNS)]
        bars = PRIVATE_BARS if cookie else BARS
        scores = {name: median(report["categories"][name]["score"] * 100 for report in reports) for name in bars}
        speed = median(report["environment"]["benchmarkIndex"] for report in reports)
        rows.append(Row(page, scores, {cost for report in reports for cost in costs(report, bars)}, speed))
    return rows


def run(url, cookie):
    """One report of Lighthouse."""
    flags = " ".join([*FLAGS, "--headless=new"])
    command = [COMMAND, url, "--quiet", "--output=json", f"--chrome-path={find_chromium()}", f"--chrome-flags={flags}"]
    command += [f"--only-categories={','.join(BARS)}", f"--extra-headers={json.dumps({'Cookie': cookie})}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def costs(report, bars):
    """The checks that cost points in the categories that count."""
    for name in bars:
        for check in report["categories"][name]["auditRefs"]:
            score = report["audits"][check["id"]]["score"]
            if check["weight"] and score is not None and score < 1:
                yield f"{check['id']} {score}"


def table(rows):
    """The rows in Markdown, and below it what cost points."""
    lines = [f"| Lighthouse | {' | '.join(BARS)} | machine |", "|---" * (len(BARS) + 2) + "|"]
    for row in rows:
        scores = [f"{row.scores[name]:.0f}" if name in row.scores else "–" for name in BARS]
        lines.append(f"| {row.page} | {' | '.join(scores)} | {row.speed:.0f} |")
    lines.append(f"| bar | {' | '.join(str(bar) for bar in BARS.values())} | |")
    lines += [f"{row.page}: {cost}" for row in rows for cost in sorted(row.costs)]
    return "\n".join(lines)
