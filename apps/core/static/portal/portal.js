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

// The summary of a form's errors takes the focus, so that it is read first.
const focusMarked = (root) => root.querySelector("[data-focus]")?.focus();
focusMarked(document);
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
// nor a closed page loses it, and nobody but this tab knows of it.
const keptAs = (path, field) => `kept ${path} ${field}`;
for (const path of document.querySelector("[data-sent]")?.dataset.sent.split(" ") ?? []) {
  sessionStorage.removeItem(keptAs(path, "text"));
}
for (const field of document.querySelectorAll("textarea[data-kept]")) {
  const key = keptAs(location.pathname, field.name);
  if (!field.value) field.value = sessionStorage.getItem(key) ?? "";
  else sessionStorage.setItem(key, field.value);
  field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
}

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

// htmx is as heavy as all the rest of a page together: only pages that use it fetch it, when all else is there. It starts
// by itself only in a document that is complete.
if (document.querySelector("[hx-get], [hx-post]")) {
  addEventListener("load", () => {
    const script = document.createElement("script");
    script.src = document.querySelector("script[data-htmx]").dataset.htmx;
    document.head.append(script);
  });
}
