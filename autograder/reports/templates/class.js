"use strict";
// Everything is on the page without it; it sorts, filters and searches what is there.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const rows = all("#students tbody tr");
  const others = all("[data-of]");
  const text = one("#find-text"), kind = one("#find-kind"), problem = one("#find-problem"), order = one("#find-order");
  const told = one("#found");
  if (!text) return;
  all(".script-only").forEach((element) => { element.hidden = false; });

  // Filter: a student is shown whose id or name holds the text, and who has such a failure in such a problem.
  let only = null;
  const filter = () => {
    const wanted = text.value.trim().toLowerCase();
    const shown = new Set();
    for (const row of rows) {
      const tokens = row.dataset.kinds.split(" ").filter(Boolean).map((token) => token.split(":"));
      const fits = row.dataset.find.includes(wanted)
        && ((!kind.value && !problem.value)
          || tokens.some(([where, what]) => (!problem.value || where === problem.value) && (!kind.value || what === kind.value)))
        && (!only || only.has(row.dataset.index));
      row.hidden = !fits;
      if (fits) shown.add(row.dataset.index);
    }
    for (const element of others) element.hidden = !shown.has(element.dataset.of);
    all("#heat .head").forEach((head) => {
      let next = head.nextElementSibling, any = false;
      while (next && !next.classList.contains("head")) { any = any || !next.hidden; next = next.nextElementSibling; }
      head.hidden = !any || order.value !== "cause";
    });
    told.textContent = `${shown.size} of ${rows.length} shown${only ? ", those with one mistake" : ""}`;
  };
  const clear = () => { text.value = kind.value = problem.value = ""; only = null; filter(); };
  text.addEventListener("input", filter);
  kind.addEventListener("change", filter);
  problem.addEventListener("change", filter);
  one("#find-clear").addEventListener("click", () => { clear(); text.focus(); });
  const lead = () => {
    filter();
    one("#find").scrollIntoView();
    text.focus({ preventScroll: true });
  };
  all(".show").forEach((button) => button.addEventListener("click", () => {
    clear();
    only = new Set(button.dataset.students.split(" "));
    lead();
  }));
  // What is below a problem's bar leads to whose it is.
  const buttonIn = (element) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...element.childNodes);
    element.append(button);
    return button;
  };
  all(".kinds [data-kind]").forEach((item) => buttonIn(item).addEventListener("click", () => {
    clear();
    problem.value = item.dataset.problem;
    kind.value = item.dataset.kind;
    lead();
  }));

  // Sort: a click on a column's head; once more turns it round. What is empty stays at the end.
  const value = (row, column) => {
    const cell = row.cells[column];
    const shown = cell.dataset.value ?? cell.textContent.trim();
    const number = Number.parseFloat(shown.replace("−", "-").replace("*", ""));
    return shown === "" ? null : /^[-−\d.]/.test(shown) && !Number.isNaN(number) ? number : shown.toLowerCase();
  };
  const compare = (a, b) => (typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === "number" ? -1 : 1);
  for (const table of all("table.sortable")) {
    const heads = all("thead th", table), body = table.tBodies[0];
    heads.forEach((head, column) => {
      buttonIn(head).addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const keyed = [...body.rows].map((row) => [value(row, column), row]);
        const full = keyed.filter(([key]) => key !== null), empty = keyed.filter(([key]) => key === null);
        full.sort(([a], [b]) => (down ? compare(b, a) : compare(a, b)));
        body.append(...[...full, ...empty].map(([, row]) => row));
      });
    });
  }

  // The heat map in another order of rows.
  const heat = one("#heat tbody");
  if (heat) {
    const causes = [...heat.rows];
    const students = causes.filter((row) => row.dataset.of !== undefined);
    order.addEventListener("change", () => {
      const score = (row) => Number(rows[0].parentNode.querySelector(`[data-index="${row.dataset.of}"]`).dataset.points);
      const sorted = order.value === "cause" ? causes
        : [...causes.filter((row) => row.classList.contains("head")),
          ...students.slice().sort((a, b) => (order.value === "points" ? score(b) - score(a) : a.dataset.of - b.dataset.of))];
      heat.append(...sorted);
      filter();
    });
  }

  // A link to a student opens what is folded there.
  const open = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") { target.hidden = false; target.open = true; target.scrollIntoView(); }
  };
  window.addEventListener("hashchange", open);
  open();
  filter();
})();
