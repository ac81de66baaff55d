// Search, filters and sorting for tables marked data-tools. Every page is complete without this file.
"use strict";
(() => {
  const collator = new Intl.Collator("zh-Hans-CN", { numeric: true });
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  function equip(table, asked) {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, text: row.textContent.toLowerCase() }));
    const heads = [...table.tHead.rows[0].cells];
    const bar = make("div", { className: "tools", role: "search" });
    bar.setAttribute("aria-labelledby", table.caption.id);
    const search = make("input", { type: "search", autocomplete: "off", spellcheck: false });
    bar.append(make("label", {}, "查找", search));
    const filters = [];
    heads.forEach((head, column) => {
      if (!("filter" in head.dataset)) return;
      const words = [...new Set(rows.map(({ row }) => row.cells[column].textContent))].filter(Boolean).sort(collator.compare);
      if (words.length < 2) return;
      const select = make("select", {}, make("option", { value: "", textContent: "全部" }));
      for (const word of words) select.append(make("option", { value: word, textContent: word }));
      filters.push({ select, column });
      bar.append(make("label", {}, head.textContent, select));
    });
    const shown = make("output");
    bar.append(shown);

    const apply = () => {
      const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const chosen = filters.filter(({ select }) => select.value);
      let count = 0;
      for (const { row, text } of rows) {
        const keep = wanted.every((word) => text.includes(word))
          && chosen.every(({ select, column }) => row.cells[column].textContent === select.value);
        row.hidden = !keep;
        count += keep;
      }
      // Totals are of all rows: beside a selection they would mislead.
      if (table.tFoot) table.tFoot.hidden = count < rows.length;
      shown.textContent = count < rows.length ? `显示 ${count}／${rows.length} 行` : `共 ${rows.length} 行`;
    };
    search.addEventListener("input", apply);
    filters.forEach(({ select }) => select.addEventListener("change", apply));

    heads.forEach((head, column) => {
      if (!head.dataset.sort) return;
      const number = head.dataset.sort === "number";
      const button = make("button", { type: "button" }, ...head.childNodes);
      head.replaceChildren(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.hasAttribute("aria-sort") && other.setAttribute("aria-sort", "none"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const key = ({ row }) => row.cells[column].textContent;
        const order = (a, b) => {
          const [x, y] = [key(a), key(b)];
          // Empty cells stay at the end either way.
          if (!x || !y) return (x ? 0 : 1) - (y ? 0 : 1);
          const by = number ? parseFloat(x) - parseFloat(y) : collator.compare(x, y);
          return down ? -by : by;
        };
        body.append(...[...rows].sort(order).map(({ row }) => row));
      });
    });

    table.parentElement.before(bar);
    if (asked) {
      search.value = asked;
    }
    apply();
  }

  const asked = new URLSearchParams(location.search).get("q");
  document.querySelectorAll("table[data-tools]").forEach((table) => equip(table, asked));

  const periods = document.querySelector(".periods");
  document.addEventListener("click", (event) => {
    if (periods?.open && !periods.contains(event.target)) periods.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && periods?.open) {
      periods.open = false;
      periods.querySelector("summary").focus();
    }
  });
  // A folded table would be missing on paper.
  addEventListener("beforeprint", () => document.querySelectorAll("main details").forEach((d) => { d.open = true; }));
})();
