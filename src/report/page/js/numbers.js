// In numbers: rates, gaps, hosts, the busiest therapists. All words come from Rust.

function numbersTable(name, heads, rows) {
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": name },
    el("table", { class: "plain" },
      el("thead", {}, el("tr", {}, heads.map((head, place) =>
        el("th", { scope: "col", class: place ? "num" : "" }, head)))),
      el("tbody", {}, rows.map(([first, ...counts]) => el("tr", {},
        el("th", { scope: "row" }, first),
        counts.map((count) => el("td", { class: "num" }, grouped(count))))))));
}

function numbers() {
  const told = front.numbers;
  if (!told) return null;
  const hosts = told.hosts.map(([name, ...counts]) => [name === null ? "not named" : log(name), ...counts]);
  const top = told.top.map(([id, ...counts]) => [el("a", { href: link("therapist", id) }, log(id)), ...counts]);
  return el("details", { class: "numbers", open: true },
    el("summary", {}, "In numbers"),
    el("dl", { class: "facts" }, told.facts.map(([name, value]) =>
      el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    el("p", {}, el("small", {}, told.note)),
    hosts.length > 1 && numbersTable("Hosts", ["host", "runs", "named by a finding", "duplicates"], hosts),
    told.more_hosts > 0 && el("p", {}, `${of(told.more_hosts, "more host")} in tables/hosts.csv`),
    top.length > 1 && numbersTable("Busiest therapists", ["therapist", "findings", "still", "runs", "duplicates"], top));
}
