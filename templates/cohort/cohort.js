"use strict";
/* Sorting, searching and filtering of tables that can be read without it. */
(() => {
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v ?? cell.textContent.trim();
  };
  const language = document.documentElement.lang;
  const compare = (a, b) => {
    const [x, y] = [Number(a), Number(b)];
    return a !== "" && b !== "" && !Number.isNaN(x) && !Number.isNaN(y) ? x - y : a.localeCompare(b, language, { numeric: true });
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const each of heads) each.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const body = table.tBodies[0];
        const rows = [...body.rows].map(row => [value(row, column), row]);
        rows.sort((a, b) => (up ? 1 : -1) * compare(a[0], b[0]));
        body.append(...rows.map(pair => pair[1]));
      });
    });
  }

  const tools = document.getElementById("tools");
  const list = document.getElementById("list");
  if (!tools || !list) return;
  const search = document.getElementById("search");
  const filter = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const rows = [...list.tBodies[0].rows].map(row => ({
    row,
    text: row.textContent.normalize("NFKC").toLocaleLowerCase(),
    marks: new Set(row.dataset.m.split(" ")),
  }));
  const apply = () => {
    const words = search.value.normalize("NFKC").toLocaleLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { row, text, marks } of rows) {
      const fits = words.every(word => text.includes(word)) && (!filter.value || marks.has(filter.value));
      row.hidden = !fits;
      count += fits ? 1 : 0;
    }
    shown.textContent = `${count} / ${rows.length}`;
  };
  search.addEventListener("input", apply);
  filter.addEventListener("change", apply);
  tools.addEventListener("submit", event => event.preventDefault());
  tools.hidden = false;
  apply();
})();
