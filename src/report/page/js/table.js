// A table that is sorted by its heads and turned page by page: of ten thousand rows only those of
// one page are ever elements.
const PAGE = 50;

/** columns: {key, title, cell(row), value(row), class}; find(row) gives the text searched in; a row
 * whose id(row) is what was typed comes first. */
function makeTable({ name, columns, rows, find, id, keep, noun, open }) {
  const view = { sort: null, down: false, page: 0, rows, words: [] };
  const body = el("tbody");
  const heads = columns.map((column) => {
    const button = el("button", { type: "button", onclick: () => sortBy(column) }, column.title,
      el("span", { class: "arrow", "aria-hidden": "true" }));
    return el("th", { scope: "col", class: column.class, "data-key": column.key }, button);
  });
  const count = el("p", { class: "count", role: "status" });
  const back = el("button", { type: "button", onclick: () => turn(-1) }, "‹ previous");
  const next = el("button", { type: "button", onclick: () => turn(1) }, "next ›");
  const where = el("span", {});
  const table = el("table", { class: `rows ${name}`, "aria-label": noun + "s" },
    el("thead", {}, el("tr", {}, heads)), body);
  const pager = el("nav", { class: "pager", "aria-label": `Pages of ${noun}s` }, back, where, next);
  const root = el("div", { class: "table" }, count,
    el("div", { class: "scroll" }, table), pager);

  function sortBy(column) {
    view.down = view.sort === column ? !view.down : Boolean(column.down);
    view.sort = column;
    view.page = 0;
    update();
  }

  function turn(by) {
    view.page += by;
    draw();
    table.scrollIntoView({ block: "nearest" });
  }

  /** Filters and sorts, then draws. */
  function update() {
    const kept = rows.filter((row) => {
      if (keep && !keep(row)) return false;
      if (!view.words.length) return true;
      row.text ??= find(row).toLowerCase();
      return view.words.every((word) => row.text.includes(word));
    });
    if (view.sort) {
      const value = view.sort.value;
      const sign = view.down ? -1 : 1;
      kept.sort((one, other) => sign * compare(value(one), value(other)) || one.row - other.row);
    }
    const isMeant = (row) => Number(view.words.includes(id(row)));
    if (view.words.length && !view.sort) kept.sort((one, other) => isMeant(other) - isMeant(one) || one.row - other.row);
    view.rows = kept;
    draw();
  }

  function draw() {
    const pages = Math.max(1, Math.ceil(view.rows.length / PAGE));
    view.page = Math.min(Math.max(view.page, 0), pages - 1);
    const first = view.page * PAGE;
    const shown = view.rows.slice(first, first + PAGE);
    body.replaceChildren(...shown.map((row) => el("tr", { onclick: (event) => open(row, event) },
      columns.map((column, place) => el(place ? "td" : "th",
        { class: column.class, scope: place ? null : "row", "data-title": column.title }, column.cell(row))))));
    for (const [place, head] of heads.entries()) {
      const is = columns[place] === view.sort;
      if (is) head.setAttribute("aria-sort", view.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    count.textContent = view.rows.length === rows.length
      ? of(rows.length, noun) : `${grouped(view.rows.length)} of ${of(rows.length, noun)}`;
    where.textContent = `page ${view.page + 1} of ${pages}`;
    back.disabled = view.page === 0;
    next.disabled = view.page === pages - 1;
    pager.hidden = pages === 1;
  }

  return {
    root,
    search(text) {
      view.words = text.toLowerCase().split(/\s+/).filter(Boolean);
      view.page = 0;
      update();
      return view.rows.length;
    },
    update() {
      view.page = 0;
      update();
      return view.rows.length;
    },
  };
}

/** Numbers by value, texts by the numbers in them, nothing last. */
function compare(one, other) {
  if (one === other) return 0;
  if (one === null || one === undefined) return 1;
  if (other === null || other === undefined) return -1;
  if (typeof one === "number" && typeof other === "number") return one - other;
  return collator.compare(String(one), String(other));
}

const collator = new Intl.Collator("en", { numeric: true });
