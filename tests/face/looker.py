"""One browser for all looks, in a thread of its own: Playwright's event loop would forbid Django its database here."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from tests.browser import open_browser
from tests.face.looks import WATCH, WIDE, Watch


class Looker:
    """Keeps a tab, signed in, and its watch for each kind of reader. What runs in the browser goes through ``run``."""

    def __init__(self, chromium, base, seeds):
        self.base = base
        self.seeds = seeds
        self._thread = ThreadPoolExecutor(1)
        self._closing = ExitStack()
        self._tabs = {}
        self._browser = self.run(lambda: self._closing.enter_context(open_browser(chromium)))

    def run(self, act, *arguments):
        """Do something in the browser's thread and return what comes of it."""
        return self._thread.submit(act, *arguments).result()

    def end(self):
        self.run(self._closing.close)
        self._thread.shutdown()

    def tab(self, reader):
        """The reader's tab and its watch. Only within ``run``, as everything below."""
        if reader not in self._tabs:
            context = self.new_context(reader, color_scheme="light", viewport=WIDE)
            context.add_init_script(WATCH)
            tab = context.new_page()
            self._tabs[reader] = tab, Watch(tab)
        return self._tabs[reader]

    def new_context(self, reader, **options):
        """A browser without memory in which ``reader`` is signed in, if they are one of the seeds."""
        context = self._browser.new_context(base_url=self.base, **options)
        session = self.seeds["sessions"].get(reader)
        if session:
            context.add_cookies([{"name": self.seeds["cookie"], "value": session, "url": self.base}])
        return context
