// Names for the boxes of select2, which gives them none: each is called as its field is.

const labelOf = (container) => {
  const label = container?.previousElementSibling?.labels?.[0];
  return label ? label.textContent.trim().replace(/:$/, "") : "";
};

const nameAll = () => {
  for (const box of document.querySelectorAll(".select2-selection")) {
    const name = labelOf(box.closest(".select2-container"));
    const shown = box.querySelector(".select2-selection__rendered");
    const field = box.querySelector(".select2-search__field");
    if (name) box.setAttribute("aria-label", `${name} ${field ? "" : shown.textContent.trim()}`.trim());
    box.removeAttribute("aria-labelledby");
    // Among its items stands a button, which is not allowed in a list; the single value is no text field.
    shown.setAttribute("role", "none");
    shown.removeAttribute("aria-readonly");
    if (field && name) field.setAttribute("aria-label", name);
  }
  const open = document.querySelector(".select2-container--open .select2-search--dropdown .select2-search__field");
  const owner = document.querySelector(".select2-container--open .select2-selection")?.closest(".select2-container");
  if (open && owner) open.setAttribute("aria-label", labelOf(owner));
};

let isAsked = false;
const nameSoon = () => {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    nameAll();
  });
};

// Boxes come and go: with the page, with a row that is added, with a list that opens.
new MutationObserver(nameSoon).observe(document.body, { childList: true, subtree: true });
nameSoon();
