/* Search by keyboard: an extra, the page is whole without it. Keys are left alone wherever text is typed or something
   is chosen, and whenever another key is held with them; focus moves to the hits' own links, so that screen readers
   follow. */
"use strict";
(() => {
  const box = document.getElementById("find");
  const links = [...document.querySelectorAll(".hits .headline a")];
  const help = document.getElementById("keys");
  const turned = document.getElementById("keys-on");
  if (help) help.hidden = false;
  /* Who speaks to their computer may want no single keys at all. */
  const stored = (value) => {
    try {
      if (value === undefined) return localStorage.getItem("search-keys");
      localStorage.setItem("search-keys", value);
    } catch {
      /* A browser that keeps nothing: on until the page is left. */
    }
    return null;
  };
  if (turned) {
    turned.checked = stored() !== "off";
    turned.addEventListener("change", () => stored(turned.checked ? "on" : "off"));
  }

  const busy = (target) =>
    target instanceof Element && target.closest("input, textarea, select, [contenteditable], [role=textbox], summary, .scroll");

  const move = (step) => {
    const here = links.indexOf(document.activeElement);
    const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + step, 0), links.length - 1);
    if (!links[next]) return false;
    links[next].focus();
    links[next].closest("article").scrollIntoView({ block: "nearest" });
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (busy(event.target) || (turned && !turned.checked)) return;
    const onHit = links.includes(document.activeElement);
    let done = false;
    if (event.key === "/") {
      box.focus();
      box.select();
      done = true;
    } else if (event.key === "j" || (event.key === "ArrowDown" && onHit)) done = move(1);
    else if (event.key === "k" || (event.key === "ArrowUp" && onHit)) done = move(-1);
    if (done) event.preventDefault();
  });

  /* Codes of languages as names. */
  if (typeof Intl === "object" && Intl.DisplayNames) {
    const names = new Intl.DisplayNames("en", { type: "language", fallback: "none" });
    for (const option of document.querySelectorAll("#language option[value]:not([value=''])")) {
      let name;
      try {
        name = names.of(option.value);
      } catch {
        continue;
      }
      if (name) option.textContent = `${name}: ${option.textContent}`;
    }
  }
})();
