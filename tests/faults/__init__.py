"""Breaking the running portal on purpose: `make faults`, or `python -m tests.faults F1 F9 --short --on embedded`.

A fault is a function under ``@fault`` in any module of this package; both the runner (``__main__.py``) and the suite
(``test_short.py``) find it by importing the package's modules, so a new module needs no other line anywhere::

    from tests.faults import scenes
    from tests.faults.registry import fault


    @fault("F99", "what is broken")  # on=("embedded",) or ("services",) where only one of them makes sense
    def break_it(stage, report):
        stage.start()  # a whole portal by `manage.py run`, on databases and a mail server of its own
        load = stage.load()  # members, staff and readers at work; every act the portal acknowledged is written down
        stage.ask(scenes.invite, count=stage.pick(short=200, long=1000))  # runs inside, with the portal's settings
        stage.kill("mail")
        report.did = "kill -9"
        report.require(stage.status("/readyz") == 200, "the portal is not ready")
        stage.settle(report, load)  # waits; compares record, database, ledger and mails; fills the table's columns

``stage`` (``stage.py``) owns everything it starts and ends it, whatever happens. ``report`` (``report.py``) is one line
of the table: a fault without a failed requirement passes. Raise ``Skipped`` with a reason where the machine lacks
something.
"""
