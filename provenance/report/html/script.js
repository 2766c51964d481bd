// What a page can do beyond being read: sort and search the index, open what an address names, light up both sides of a passage,
// and go by keyboard. It makes no markup from text, and loads nothing.
"use strict";
(() => {
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  for (const element of $$(".scripted")) element.hidden = false;

  // The index.
  const index = document.getElementById("index");
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const rows = index ? [...index.tBodies[0].rows] : [];

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const hit = words.every((word) => row.dataset.search.includes(word) || row.textContent.toLowerCase().includes(word));
      row.hidden = !hit;
      shown += hit;
    }
    found.textContent = words.length ? `${shown} of ${rows.length}` : "";
  };

  const sort = (header, column) => {
    const descending = header.getAttribute("aria-sort") === "ascending" || (!header.hasAttribute("aria-sort") && column > 0);
    for (const other of $$("th[aria-sort]", index)) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const value = (row) => row.cells[column].dataset.value;
    const order = header.dataset.sort === "number"
      ? (one, two) => value(one) - value(two)
      : (one, two) => value(one).localeCompare(value(two));
    const sorted = [...rows].sort((one, two) => (descending ? -1 : 1) * order(one, two));
    index.tBodies[0].append(...sorted);
  };

  if (index) {
    search.addEventListener("input", filter);
    $$("th[data-sort]", index).forEach((header) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      header.append(button);
      button.addEventListener("click", () => sort(header, header.cellIndex));
    });
    if (search.value) filter();
  }

  // What the address names. Browsers of before 2025 do not open what it is folded in by themselves.
  const arrive = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target) return;
    const details = target.closest("details");
    if (details && !details.open) {
      details.open = true;
      target.scrollIntoView();
    }
    if (target.matches(".family")) scrollTo({ top: 0, behavior: "instant" });
  };
  addEventListener("hashchange", arrive);
  arrive();

  // Both sides of a passage, and its line in the list.
  let lit = [];
  const light = (event) => {
    const part = event.target.closest("[data-passage]");
    for (const element of lit) element.classList.remove("lit");
    lit = part ? $$(`[data-passage="${part.dataset.passage}"]`, part.closest(".sheet, .passage")) : [];
    for (const element of lit) element.classList.add("lit");
  };
  document.addEventListener("pointerover", light);
  document.addEventListener("click", (event) => {
    const item = event.target.closest(".passages [data-passage]");
    if (!item) return;
    const row = item.closest(".sheet").querySelector(`.beside [data-passage="${item.dataset.passage}"]`);
    if (row) row.scrollIntoView({ block: "center" });
  });

  // Keys.
  const families = () => rows.filter((row) => !row.hidden).length
    ? [...index.tBodies[0].rows].filter((row) => !row.hidden).map((row) => row.querySelector("a"))
    : [];
  const step = (by) => {
    const links = families();
    const here = document.activeElement && document.activeElement.closest("#index tr");
    if (here || !location.hash.startsWith("#family")) {
      const at = here ? links.indexOf(here.querySelector("a")) + by : 0;
      if (links[at]) links[at].focus();
      return;
    }
    const at = links.findIndex((link) => link.hash === location.hash) + by;
    if (links[at] && links[at].pathname === location.pathname) location.hash = links[at].hash;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (document.activeElement === search && search.value) {
        search.value = "";
        filter();
      } else if (location.hash && index) {
        const from = rows.map((row) => row.querySelector("a")).find((link) => link.hash === location.hash);
        location.hash = "#overview";
        if (from) from.focus();
      }
      return;
    }
    if (event.target.matches("input")) return;
    if (event.key === "/" && search) {
      event.preventDefault();
      if (location.hash && location.hash !== "#overview") location.hash = "#overview";
      search.focus();
    } else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
  });
})();
