"""What the worker does when it is told to more often than it can."""

from apps.publications import actions, tasks


def test_what_has_piled_up_while_a_version_was_read_is_no_more_reading(monkeypatch):
    done, clock = [], [100.0]
    monkeypatch.setattr(actions, "read_next", done.append)
    monkeypatch.setattr(tasks.time, "monotonic", lambda: clock[0])
    reading = tasks.Reading()

    for _message in range(5):
        reading.go_on()
    assert len(done) == 1

    clock[0] += 5  # the beat's next one
    reading.go_on()
    assert len(done) == 2
