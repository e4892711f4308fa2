"""F16: wrong keys and bad configuration stop the start, and a restore, with one clear line."""

from tests.faults import scenes
from tests.faults.registry import fault
from tests.portal import run_manage

FOREIGN = "foreign-key-of-at-least-fifty-characters-in-all-0123456789"
PLAIN = "plain-key-of-at-least-fifty-characters-in-all-0123456789-x"
# What is wrong, and the variable that the one line has to name.
WRONG = (
    ({"SECRET_KEY": FOREIGN}, "SECRET_KEY"),
    ({"SECRET_KEY": FOREIGN, "SECRET_KEY_OLD": FOREIGN[::-1]}, "SECRET_KEY"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY"),
    ({"SECRET_KEY": ""}, "SECRET_KEY"),
    ({"SECRET_KEY_FILE": "/nowhere/key", "SECRET_KEY": ""}, "SECRET_KEY_FILE"),
    ({"ATTRIBUTION_KEY": FOREIGN}, "ATTRIBUTION_KEY"),
    ({"DATABASE_URL": "mysql://here"}, "DATABASE_URL"),
    ({"DATABASE_URL": ""}, "DATABASE_URL"),
    ({"EMAIL_URL": "ftp://here"}, "EMAIL_URL"),
    ({"SITE_URL": "https://portal.example.org"}, "ALLOWED_HOSTS"),
)


@fault("F16", "wrong key, empty variables, bad configuration")
def start_wrongly(stage, report):
    report.did = f"{len(WRONG)} bad configurations, and a restore with another key"
    stage.start(SECRET_KEY=PLAIN)
    stage.ask(scenes.invite, count=10)
    archive = stage.folder / "backup.zip"
    _require_end(report, run_manage(stage.environment, "backup", str(archive)), 0)
    stage.settle(report)
    stage.portal.end()
    for variables, name in WRONG:
        done = run_manage(stage.environment | variables, "run")
        _require_refusal(report, done, name, f"Configuration error: {name} ")
    done = run_manage(stage.environment | {"SECRET_KEY": FOREIGN}, "restore", str(archive))
    _require_refusal(report, done, "SECRET_KEY", "CommandError: ")
    _rotate(stage, report)


def _rotate(stage, report):
    """A new key beside the old one starts; then it stands alone, and the old one is the wrong one."""
    stage.environment |= {"SECRET_KEY": FOREIGN, "SECRET_KEY_OLD": PLAIN}
    stage.run()
    stage.portal.end()
    stage.environment.pop("SECRET_KEY_OLD")
    done = run_manage(stage.environment | {"SECRET_KEY": PLAIN}, "run")
    _require_refusal(report, done, "SECRET_KEY", "Configuration error: SECRET_KEY ")
    stage.run()


def _require_refusal(report, done, name, beginning):
    lines = done.stderr.splitlines()
    report.require(done.returncode == 1, f"{name}: the status is {done.returncode}")
    report.require(len(lines) == 1 and lines[0].startswith(beginning), f"{name}: not one clear line but {done.stderr}")
    report.require(name in done.stderr, f"{name} is not named: {done.stderr}")


def _require_end(report, done, status):
    report.require(done.returncode == status, f"{done.args[2:]}: {done.stdout}{done.stderr}")
