// The little that HTML and htmx can not do. Every page works without it. Behaviour hangs on data- attributes.

// A form marked data-once is sent once: its buttons rest after the first press. They are disabled a moment later,
// because a disabled button would not send its own name and value.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]") || event.defaultPrevented) return;
  setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
});

// Coming back by the back button finds the buttons awake again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form[data-once] button").forEach((button) => { button.disabled = false; });
});

// A form marked data-turns counts how often it was sent, by itself or by a button, so that the server knows which of two
// came later. Come back to by the back button it is another one: what is written into it now is not what was sent.
const nextTurn = (form) => {
  if (form.matches?.("form[data-turns]")) form.elements.turn.value = Number(form.elements.turn.value) + 1;
};
document.addEventListener("submit", (event) => nextTurn(event.target));
document.addEventListener("htmx:configRequest", (event) => {
  nextTurn(event.target);
  if (event.target.matches("form[data-turns]")) event.detail.parameters.turn = event.target.elements.turn.value;
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-turns]")) {
    const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
    form.elements.opening.value = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    for (const name of ["turn", "draft", "seen"]) form.elements[name].value = "";
  }
});

// A browser that fills forms in anew after a reload is not to say which opening of the form it was.
for (const form of document.querySelectorAll("form[data-turns]")) {
  for (const name of ["opening", "turn"]) form.elements[name].autocomplete = "off";
}

// The summary of a form's errors, or what has come in the place of what was pressed, takes the focus: it is read first.
const focusMarked = (root) => (root.matches("[data-focus]") ? root : root.querySelector("[data-focus]"))?.focus();
focusMarked(document.documentElement);
document.addEventListener("htmx:afterSettle", (event) => focusMarked(event.target));

// A choice of time zone nobody has made yet starts at the browser's.
for (const select of document.querySelectorAll("select[data-browser-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...select.options].some((option) => option.value === zone)) select.value = zone;
}

// A button marked data-copy="id" copies what that field or text holds, and says so in data-copied. It shows where it can
// work.
for (const button of document.querySelectorAll("button[data-copy]")) button.hidden = !navigator.clipboard;
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent.trim().replace(/\s+/g, " "));
  document.getElementById(button.dataset.said).textContent = button.dataset.copied;
});

// What is typed into a field marked data-kept stays in this tab until data-sent names its page: neither a lost session
// nor a closed page loses it, and nobody but this tab knows of it. With "first" it goes before what the page brings, as
// long as that is of the same revision.
const keptAs = (path, field) => `kept ${path} ${field}`;
for (const path of document.querySelector("[data-sent]")?.dataset.sent.split(" ") ?? []) {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(keptAs(path, "text"))) sessionStorage.removeItem(key);
  }
}
for (const field of document.querySelectorAll("textarea[data-kept]")) {
  const { revision, mode } = field.form?.elements ?? {};
  const key = keptAs(location.pathname, field.name + (revision?.value ?? ""));
  const keep = () => {
    sessionStorage.setItem(key, field.value);
    // Words that were typed without names never come back by name. A form that offers no choice has none.
    if (field.form) sessionStorage.setItem(`${key} mode`, mode?.value ?? "unattributed");
  };
  const kept = sessionStorage.getItem(key);
  if (kept !== null && kept !== field.value && (!field.value || field.dataset.kept === "first")) {
    field.value = kept;
    if (mode) mode.value = sessionStorage.getItem(`${key} mode`) ?? "unattributed";
    document.querySelector("[data-kept-here]")?.removeAttribute("hidden");
  } else if (field.value) keep();
  (field.form ?? field).addEventListener("input", keep);
}

// Drafts are kept on the server as long as the form says so that names are shown. Without names nothing that is typed
// leaves the tab, and choosing that forgets what was kept before.
document.addEventListener("htmx:configRequest", (event) => {
  const names = event.target.dataset.drafts;
  if (!names || event.target.closest("form").elements.mode.value === names) return;
  if (event.detail.triggeringEvent?.target.name !== "mode") return event.preventDefault();
  for (const field of ["title", "text"]) event.detail.formData.delete(field);
});

// With the focus in a thread, j leads to the next post and k to the one before. Elsewhere the letters do nothing.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !["j", "k"].includes(event.key)) return;
  if (event.target.matches("input, textarea, select") || !event.target.closest("[data-thread]")) return;
  const posts = [...document.querySelectorAll("[data-thread] .post")];
  const here = posts.indexOf(event.target.closest(".post"));
  posts[event.key === "j" ? here + 1 : Math.max(here - 1, 0)]?.focus();
});

// Text selected on the page of a paper goes into the form beside it, with the number of its paragraph where it has one;
// what was written there by hand stays.
let quoted = "";
document.addEventListener("selectionchange", () => {
  const field = document.querySelector("form[data-quoting] textarea[name=quote]");
  const selection = getSelection();
  const from = selection.anchorNode?.parentElement?.closest("[data-page] svg, [data-page] .prose");
  const text = selection.toString().replace(/\s+/g, " ").trim().slice(0, 2000);
  if (!field || !from || !text || (field.value && field.value !== quoted)) return;
  field.value = quoted = text;
  const place = selection.anchorNode.parentElement.closest("li[value]")?.value;
  const paragraph = field.form.elements.paragraph;
  if (place && paragraph) paragraph.value = `¶ ${place}`;
});

// A form in place that comes after its session ended, or from an older one, stays as it is. What became of it is said at
// the foot of the window until something is taken, and the next press brings the token of the present session.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const token = detail.xhr.getResponseHeader("X-CSRFToken");
  if (!token) return;
  detail.shouldSwap = true;
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful) document.getElementById("unsent")?.replaceChildren();
});

// An answer that never came, or that is none, is said in the same place: without it a press would do nothing at all.
// What the reader did not ask for (hx-swap="none") fails in silence.
const sayItFailed = ({ detail }) => {
  if (detail.xhr.getResponseHeader("X-CSRFToken") || detail.elt.getAttribute("hx-swap") === "none") return;
  const note = document.createElement("p");
  note.className = "note warn";
  note.textContent = document.querySelector("script[data-failed]").dataset.failed;
  document.getElementById("unsent")?.replaceChildren(note);
};
for (const fault of ["sendError", "responseError", "timeout"]) document.addEventListener(`htmx:${fault}`, sayItFailed);

// htmx is as heavy as all the rest of a page together: only pages that use it fetch it, when all else is there. It starts
// by itself only in a document that is complete.
if (document.querySelector("[hx-get], [hx-post]")) {
  addEventListener("load", () => {
    const script = document.createElement("script");
    script.src = document.querySelector("script[data-htmx]").dataset.htmx;
    document.head.append(script);
  });
}
