// The overview: what it comes to, what was read, what is left out.

function hero() {
  const [wrong, open, healed, fine] = front.counts;
  const tile = (number, name, mark, status) =>
    el("li", { class: `tile s${status}` },
      el("a", { href: `#status=${status}` },
        el("span", { class: "number" }, grouped(number)),
        el("span", { class: "name" }, el("i", { "aria-hidden": "true" }, mark), name)));
  return el("div", { class: "hero" },
    el("p", { class: wrong ? "first wrong" : "first right" },
      el("span", { class: "number" }, grouped(wrong)),
      el("span", { class: "name" }, "STILL WRONG NOW",
        el("small", {}, `of ${of(wrong + open + healed + fine, "therapist")}`))),
    el("ul", { class: "tiles" },
      tile(open, "undetermined", "?", 1),
      tile(healed, "healed", "✓", 2),
      tile(fine, "nothing found", "·", 3)));
}

function balance([lines, used, ignored, unread]) {
  return `${of(lines, "line")} = ${grouped(used)} used + ${grouped(ignored)} ignored + ${grouped(unread)} unread`;
}

function reading() {
  const total = front.total;
  const name = total.sources === 1 ? log(front.sources[0].name) : of(total.sources, "source");
  return el("dl", { class: "facts" },
    el("div", {}, el("dt", {}, "Window"), el("dd", {}, front.window || "no time seen")),
    el("div", {}, el("dt", {}, "Read"), el("dd", {}, name, `, ${total.bytes}`)),
    el("div", { class: total.sheet[3] ? "doubt" : "" },
      el("dt", {}, "Balance"), el("dd", {}, balance(total.sheet))));
}

function boxes() {
  const box = (kind, name, lines) => lines.length > 0 && el("div", { class: `box ${kind}`, role: "note" },
    el("strong", {}, name), el("ul", {}, lines.map((line) => el("li", {}, log(line)))));
  return [box("notice", "This page does not hold everything", front.notices), box("note", "Notes", front.notes)];
}

/** How many findings each rule has, and each recommendation. */
function tallies() {
  const rules = new Map();
  const help = new Map();
  for (const found of findings) {
    const rule = rules.get(found.rule) || { count: 0, worst: 0, still: 0 };
    rule.count += 1;
    rule.worst = Math.max(rule.worst, found.severity);
    rule.still += found.still;
    rules.set(found.rule, rule);
    for (const number of found.help) help.set(number, (help.get(number) || 0) + 1);
  }
  return { rules, help };
}

function tally(title, rows, most) {
  return el("div", { class: "tally" }, el("h2", {}, title),
    el("ul", {}, rows.map(({ name, count, note, href, head }) => {
      const bar = el("span", { class: "bar" });
      bar.style.setProperty("--share", `${(100 * count) / most}%`);
      const label = [head, el("span", { class: "what" }, name), note && el("small", {}, note)];
      return el("li", {},
        href ? el("a", { class: "label", href }, label) : el("span", { class: "label" }, label),
        el("span", { class: "count" }, grouped(count)), bar);
    })));
}

function found() {
  if (!findings.length) return null;
  const { rules, help } = tallies();
  const byRule = [...rules].sort(([a, one], [b, other]) =>
    other.worst - one.worst || other.count - one.count || (a < b ? -1 : 1));
  const most = Math.max(...byRule.map(([, rule]) => rule.count));
  const ruleRows = byRule.map(([rule, { count, worst, still }]) => ({
    name: front.words.rules[rule] || rule,
    count,
    note: still ? `${grouped(still)} still` : null,
    href: `#rule=${rule}`,
    head: severityChip(worst),
  }));
  const byHelp = [...help].sort(([a, one], [b, other]) => other - one || a - b);
  const helpRows = byHelp.map(([number, count]) => ({
    name: front.words.recommendations[number - 1], count, head: el("b", { class: "numeral" }, number),
  }));
  return el("div", { class: "tallies" },
    tally("What was found", ruleRows, most),
    tally("What would help, by findings", helpRows, Math.max(...help.values())));
}

function sourcesTable() {
  const head = ["source", "format", "time", "bytes", "lines", "used", "ignored", "unread"];
  const row = (source) => el("tr", {},
    el("th", { scope: "row" }, log(source.name), source.error && el("em", { class: "error" }, log(source.error))),
    el("td", {}, source.format), el("td", {}, source.span || "–"), el("td", { class: "num" }, source.bytes),
    source.sheet.map((number, place) =>
      el("td", { class: place === 3 && number ? "num doubt" : "num" }, grouped(number))));
  return el("details", { open: front.sources.length <= 6 },
    el("summary", {}, `Sources (${grouped(front.total.sources)})`),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Sources" },
      el("table", { class: "plain sources" },
        el("thead", {}, el("tr", {}, head.map((name, place) =>
          el("th", { scope: "col", class: place > 2 ? "num" : "" }, name)))),
        el("tbody", {}, front.sources.map(row)))));
}

function unreadLines() {
  if (!front.unread.length) return null;
  return el("details", {}, el("summary", {}, `Unread lines (${grouped(front.total.sheet[3])})`),
    el("ul", { class: "raws" }, front.unread.map(([place, reason, text]) =>
      el("li", {}, el("span", { class: "place" }, log(place)), " ", log(reason), el("code", { class: "raw" }, log(text))))));
}

function drawOverview() {
  at("overview").replaceChildren(
    el("h1", {}, log(front.title)),
    hero(), reading(), ...boxes().filter(Boolean), ...[found()].filter(Boolean),
    el("div", { class: "sheets" }, numbers(), sourcesTable(), unreadLines()));
}
