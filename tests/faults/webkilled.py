"""F2 and F20: the web server killed, and ended in good order, while people are at work."""

import os
import signal

from tests.faults import scenes
from tests.faults.registry import fault


@fault("F2", "gunicorn killed during POSTs and uploads")
def kill_web(stage, report):
    times = stage.pick(short=1, long=4)
    report.did = f"kill -9 of a gunicorn process and of the master, {times} x in uploads"
    stage.start()
    load = stage.load(is_uploading=True)
    for _time in range(times):
        load.wait_for_acts(10)
        load.uploads.wait_until_sending()
        os.kill(stage.pids("web")[-1], signal.SIGKILL)
        load.wait_for_acts(10)
        load.uploads.wait_until_sending()
        stage.kill("web")
    load.wait_for_acts(10)
    stage.settle(report, load)
    report.require(load.seen.unanswered, "no request was cut: nothing was broken")
    # Two are sent at a time; one that is cut may leave what came in and what was written.
    load.compare_files(report, astray=2 * 2 * 2 * times)


@fault("F20", "SIGTERM to everything under load, then a new start")
def end_and_start(stage, report):
    """As a deployment does: answered requests are answered whole, running work ends or runs again, once."""
    times, count = stage.pick(short=1, long=3), stage.pick(short=150, long=600)
    report.did = f"SIGTERM to the portal and a new start, {times} x under load and {count} mails"
    stage.start()
    load = stage.load()
    stage.smtp.box.delay = 0.02
    stage.ask(scenes.invite, count=count)
    for number in range(times):
        load.wait_for_acts(10)
        goal = (number + 1) * count // (times + 2)
        stage.wait(lambda goal=goal: stage.smtp.count >= goal, 120, f"{goal} mails")
        stage.portal.process.send_signal(signal.SIGTERM)
        report.require(stage.portal.process.wait(60) == 0, "the portal did not end in good order")
        stage.run()
    load.wait_for_acts(10)
    stage.settle(report, load)
    cut = load.seen.unanswered["cut"]
    report.require(not cut, f"{cut} requests were read and not answered")
