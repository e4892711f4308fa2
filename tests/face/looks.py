"""What is looked at on every page, in a real browser. Each look returns the faults it found, in words."""

from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT

WIDE = {"width": 1280, "height": 900}
# A small laptop: where columns stand side by side and have the least room.
MIDDLE = {"width": 1024, "height": 768}
TABLET = {"width": 768, "height": 1024}
NARROW = {"width": 320, "height": 700}
# Half of the usual width with letters of double size: WCAG 2.2, 1.4.4 and 1.4.10.
ENLARGED = {"width": 640, "height": 900}
BUDGET_BYTES, ADMIN_BUDGET_BYTES = 40 * 1024, 120 * 1024

# Half of what counts as good (web.dev, Cumulative Layout Shift). Pages shift by nothing, but a machine out of breath
# paints one in pieces, which was seen to move a hundredth, and once much more: only what moves again is a fault.
SHIFT = 0.05

# Runs before any script of the page; what it collects is read by the looks.
WATCH = """
window.faults = [];
window.shift = 0;
document.addEventListener("securitypolicyviolation", (report) => {
  window.faults.push(`the policy forbids ${report.blockedURI} (${report.violatedDirective})`);
});
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

WIDEST = """() => {
  const edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= edge) return [];
  const wide = [...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > edge + 1);
  // A word that is too long for its box leaves the box as it is.
  if (!wide.length) return [`something in no box of its own: ${document.documentElement.scrollWidth} of ${edge} px`];
  return wide.slice(-3).map((each) => `<${each.localName} class="${each.getAttribute("class") ?? ""}"> `
    + each.textContent.trim().slice(0, 40));
}"""

# Where the first field of a row of filters stands and how wide it is, while the others come in one after the other.
UNSTEADY = """() => [...document.querySelectorAll(".filters")].flatMap((form) => {
  const [first, ...others] = [...form.children].filter((each) => each.type !== "hidden");
  const place = () => JSON.stringify(first.getBoundingClientRect());
  const whole = place();
  others.forEach((each) => { each.style.display = "none"; });
  const alone = place();
  others.forEach((each) => { each.style.display = ""; });
  return whole === alone ? [] : [`the first filter moves when the others arrive: ${alone} to ${whole}`];
})"""

# The controls a keyboard must reach. Of radio buttons that belong together only one is a stop. A mail in its frame has
# stops of its own, which the page around it can not see.
STOPS = """() => {
  const isShown = (each) => each.checkVisibility({ visibilityProperty: true }) && each.getClientRects().length > 0;
  const wanted = "a[href], button, input, select, textarea, summary, iframe:not([sandbox]), [tabindex], "
    + "[contenteditable]";
  const group = (each) => [...document.querySelectorAll(`input[type=radio][name="${each.name}"]`)]
    .filter((other) => other.form === each.form && !other.matches(":disabled"));
  const isStop = (each) => each.type !== "radio" || !each.name
    || each === (group(each).find((other) => other.checked) ?? group(each)[0]);
  window.stops = [...document.querySelectorAll(wanted)].filter((each) =>
    !each.matches(":disabled") && each.type !== "hidden" && each.tabIndex >= 0 && isShown(each) && isStop(each));
  document.activeElement?.blur();
  window.scrollTo(0, 0);
  getSelection().removeAllRanges();
  return window.stops.length;
}"""

# At each press of a key, before the focus moves on: where it is, and what is wrong with how it shows.
NOTE_STOPS = """() => {
  window.reached = [];
  const note = () => {
    const here = document.activeElement;
    if (!here || here === document.body) return window.reached.push({ number: -1, faults: [] });
    const named = `<${here.localName}> ${(here.textContent.trim() || here.name || here.id || "").slice(0, 40)}`;
    const style = getComputedStyle(here);
    const box = here.getClientRects()[0];
    // The middle of what is in view: a field may be taller than the window.
    const top = box && Math.max(box.top, 0), bottom = box && Math.min(box.bottom, innerHeight);
    const over = box && document.elementFromPoint(box.x + box.width / 2, (top + bottom) / 2);
    const faults = [];
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) faults.push(`no focus ring on ${named}`);
    if (!over || !(here.contains(over) || over.closest("label")?.control === here)) faults.push(`${named} is covered`);
    window.reached.push({ number: window.stops.indexOf(here), faults });
  };
  addEventListener("keydown", note, { capture: true });
}"""

WALKED = """() => {
  const numbers = window.reached.map((stop) => stop.number);
  const named = (each) => (each.textContent.trim() || each.name || each.id || "").slice(0, 40);
  const missed = window.stops.filter((each, number) => !numbers.includes(number)).map((each) =>
    `the keyboard does not reach <${each.localName}> ${named(each)}`);
  return [...new Set([...window.reached.flatMap((stop) => stop.faults), ...missed])];
}"""

# So that the next press of Tab leads to the first control.
TO_THE_TOP = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}"""


# htmx comes when all else is there, and only to pages that use it. The styleguide has no scripts.
WHOLE = """() => {
  const wants = document.querySelector("script[data-htmx]") && document.querySelector("[hx-get], [hx-post]");
  return document.readyState === "complete" && (!wants || !!window.htmx);
}"""


def wait_for_all(tab):
    """Wait until the last script has come. By asking: what waits within a page is forbidden by its policy."""
    for _try in range(400):
        if tab.evaluate(WHOLE):
            return
        tab.wait_for_timeout(25)
    raise AssertionError(f"{tab.url} is never whole.")


class Watch:
    """Everything a tab asked for and complained about since the last page was opened."""

    def __init__(self, tab):
        self.complaints = []
        self.kinds = {}
        self.bytes = {}
        tab.on("console", self._on_console)
        tab.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        tab.on("requestfailed", self._on_failure)
        session = tab.context.new_cdp_session(tab)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on("Network.responseReceived", self._on_response)
        session.on("Network.loadingFinished", self._on_finish)

    def begin(self, url):
        """Forget what was; ``url`` is opened next."""
        self.complaints.clear()
        self.kinds.clear()
        self.bytes.clear()
        self.url = url

    def _on_console(self, message):
        # That the page itself answers 404 is meant where the table says so.
        is_about_page = "the server responded with a status of" in message.text and message.location["url"] == self.url
        # A mail is shown in a sandbox: what is told of there is our own script that asks every frame, perhaps late.
        is_about_us = message.text.startswith("Blocked script execution in") and "sandboxed" in message.text
        if message.type in {"error", "warning"} and not is_about_page and not is_about_us:
            self.complaints.append(f"console: {message.text}")

    def _on_failure(self, request):
        if "ERR_ABORTED" not in (request.failure or ""):
            self.complaints.append(f"not loaded: {request.url} {request.failure}")

    def _on_response(self, event):
        response = event["response"]
        self.kinds[event["requestId"]] = event["type"]
        here = urlsplit(self.url).netloc
        if urlsplit(response["url"]).netloc not in {here, ""}:
            self.complaints.append(f"foreign address: {response['url']}")
        if response["status"] >= 400 and event["type"] != "Document":
            self.complaints.append(f"{response['status']}: {response['url']}")

    def _on_finish(self, event):
        self.bytes[event["requestId"]] = event["encodedDataLength"]

    @property
    def weight(self):
        """How many bytes came over the wire, beside images."""
        return sum(size for key, size in self.bytes.items() if self.kinds.get(key) != "Image")


def quiet(tab, watch):
    """No foreign request, no failed one, no word on the console, no report about the policy; nothing moved."""
    complaints = [*watch.complaints, *tab.evaluate("window.faults")]
    shift = tab.evaluate("window.shift")
    if shift > SHIFT:
        watch.begin(watch.url)
        tab.reload()
        shift = tab.evaluate("window.shift")
    complaints += [f"the layout shifted by {shift:.4f}"] if shift > SHIFT else []
    return complaints + tab.evaluate(UNSTEADY)


def light(watch, *, is_admin):
    """The first view weighs no more than the bar."""
    bar = ADMIN_BUDGET_BYTES if is_admin else BUDGET_BYTES
    return [f"{watch.weight} bytes beside images, more than {bar}"] if watch.weight > bar else []


def accessible(tab):
    """axe finds nothing, in light and dark; dark changes colours only."""
    tab.evaluate(AXE_SCRIPT)
    found = _axe(tab, {"rules": {"target-size": {"enabled": True}}})
    tab.emulate_media(color_scheme="dark")
    found += [f"dark: {each}" for each in _axe(tab, {"runOnly": ["color-contrast", "link-in-text-block"]})]
    tab.emulate_media(color_scheme="light")
    return found


def _axe(tab, options):
    result = tab.evaluate("(options) => axe.run(document, { resultTypes: ['violations'], ...options })", options)
    return [
        f"axe {rule['id']} ({rule['impact']}): {node['html'][:160]}"
        for rule in result["violations"]
        for node in rule["nodes"][:3]
    ]


def walkable(tab):
    """Tab reaches every control, each with a visible ring and not covered; the first one skips to the content."""
    count = tab.evaluate(STOPS)
    tab.evaluate(NOTE_STOPS)
    faults = []
    # Once more for the last one to be noted, and again where fields of dates and times hold several stops.
    for presses in (count + 2, 12, 24):
        for _press in range(presses):
            tab.keyboard.press("Tab")
        faults = tab.evaluate(WALKED)
        if not any("not reach" in fault for fault in faults):
            break
    if tab.locator("nav:not(footer nav)").count() and not _skips(tab):
        faults.append("the first link does not skip to the content")
    return faults


def _skips(tab):
    """Whether Tab and Enter lead from the top past the navigation."""
    tab.evaluate(TO_THE_TOP)
    tab.keyboard.press("Tab")
    target = tab.evaluate("document.activeElement.getAttribute('href') ?? ''")
    tab.keyboard.press("Enter")
    return target.startswith("#") and tab.evaluate("document.activeElement.id") == target[1:]


def fits(tab):
    """Nothing sticks out sideways on a desk, on a small laptop, on a tablet, at 320 px, nor at 200 % text."""
    faults = []
    for size in (WIDE, MIDDLE, TABLET, NARROW):
        tab.set_viewport_size(size)
        faults += [f"at {size['width']} px sticks out {each}" for each in tab.evaluate(WIDEST)]
    tab.set_viewport_size(ENLARGED)
    tab.evaluate("document.documentElement.style.fontSize = '200%'")
    return faults + [f"at 200 % text sticks out {each}" for each in tab.evaluate(WIDEST)]
