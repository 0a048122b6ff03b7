// The two tables, their filters, and the search over both.

const severityChip = (severity) =>
  el("span", { class: `chip v${severity}` }, front.words.severities[severity].toUpperCase());

const statusChip = (status) =>
  el("span", { class: `chip s${status}` }, front.words.statuses[status]);

const therapistLink = (one) => el("a", { href: link("therapist", one.id) }, log(one.id));

/** The state's number and name. */
function stateText({ number, also, name }) {
  const numbers = number === null ? "beyond" : [number, ...also].join(" or ");
  return el("span", {}, el("b", { class: "numeral" }, numbers), " ", name);
}

const byStatus = (one) => one.status * 10 - one.worst;

function therapistTable() {
  return makeTable({
    name: "therapists",
    noun: "therapist",
    rows: therapists,
    id: (one) => one.id.toLowerCase(),
    keep: (one) => filters.status.value === "" || one.status === Number(filters.status.value),
    find: (one) => [
      one.id, front.words.statuses[one.status], one.state.name, one.jobs || "",
      ...one.labels.map(([object]) => object), ...one.fields.map(([, object]) => object || ""),
      ...new Set(one.findings.map((found) => `${found.rule} ${found.words} ${found.objects.join(" ")}`)),
    ].join(" "),
    open: (one, event) => follow(event, link("therapist", one.id)),
    columns: [
      { key: "id", title: "Therapist", cell: therapistLink, value: (one) => one.id },
      { key: "status", title: "Status", cell: (one) => statusChip(one.status), value: byStatus },
      { key: "findings", title: "Findings", class: "num", down: true, value: (one) => one.findings.length,
        cell: (one) => [one.worst >= 0 && severityChip(one.worst), " ", grouped(one.findings.length)] },
      { key: "state", title: "Ends as", cell: (one) => stateText(one.state),
        value: (one) => `${one.state.number ?? 9} ${one.state.name}` },
      { key: "labels", title: "Labels at the end", class: "wide", value: (one) => (one.labels[0] || [""])[0],
        cell: (one) => one.labels.slice(0, 4).map(([object, labels]) =>
          el("div", { class: "pair" }, log(object), " ", el("small", {}, labels)))
          .concat(one.labels.length > 4 ? [el("small", {}, `and ${one.labels.length - 4} more`)] : []) },
      { key: "runs", title: "Runs", class: "num", down: true, cell: (one) => grouped(one.runs), value: (one) => one.runs },
      { key: "events", title: "Events", class: "num", down: true, cell: (one) => grouped(one.events), value: (one) => one.events },
    ],
  });
}

function findingTable() {
  const whose = (found) => therapists[found.therapist];
  return makeTable({
    name: "findings",
    noun: "finding",
    rows: findings,
    id: (found) => (whose(found) || { id: "" }).id.toLowerCase(),
    keep: (found) => (filters.severity.value === "" || found.severity >= Number(filters.severity.value))
      && (filters.rule.value === "" || found.rule === filters.rule.value)
      && (!filters.still.checked || found.still),
    find: (found) => {
      const one = whose(found);
      return [one ? one.id : "", one && one.jobs ? one.jobs : "", found.id, found.rule, found.words, found.summary, found.objects.join(" "),
        front.words.severities[found.severity], found.certain ? "certain" : "possible"].join(" ");
    },
    open: (found, event) => follow(event, link("finding", found.id)),
    columns: [
      { key: "therapist", title: "Therapist", value: (found) => (whose(found) || { id: "" }).id,
        cell: (found) => whose(found) ? log(whose(found).id) : "–" },
      { key: "severity", title: "Severity", down: true, value: (found) => found.severity, cell: (found) => severityChip(found.severity) },
      { key: "certain", title: "Certainty", value: (found) => -found.certain, cell: (found) => found.certain ? "certain" : "possible" },
      { key: "finding", title: "Finding", value: (found) => found.words,
        cell: (found) => el("a", { href: link("finding", found.id) }, found.words) },
      { key: "since", title: "When", value: (found) => found.from,
        cell: (found) => found.still ? el("span", { class: "still" }, found.since) : found.since },
      { key: "gap", title: "Gap", value: (found) => found.gap, cell: (found) => found.gap || "" },
      { key: "summary", title: "What happened", class: "wide", value: (found) => found.summary, cell: (found) => log(found.summary) },
    ],
  });
}

const link = (what, id) => `#${what}=${encodeURIComponent(id)}`;

/** A click anywhere on a row follows its link, unless text was being marked or a link was hit. */
function follow(event, href) {
  if (event.target.closest("a, button") || String(getSelection())) return;
  location.hash = href;
}

const filters = {};
const tables = {};

function choice(name, all, options) {
  const select = el("select", { "aria-label": name, onchange: () => refresh() },
    el("option", { value: "" }, all), options.map(([value, text]) => el("option", { value }, text)));
  return select;
}

function drawLists() {
  const { statuses, severities, rules } = front.words;
  filters.status = choice("Status", "every status", statuses.map((name, status) => [status, name.toLowerCase()]));
  filters.severity = choice("Severity", "every severity", [[3, "high"], [2, "medium and above"], [1, "low and above"]]
    .filter(([severity]) => severities[severity]));
  const seen = [...new Set(findings.map((found) => found.rule))].sort();
  filters.rule = choice("Rule", "every rule", seen.map((rule) => [rule, rules[rule] || rule]));
  filters.still = el("input", { type: "checkbox", onchange: () => refresh() });
  tables.therapists = therapistTable();
  tables.findings = findingTable();
  const tab = (name, title) => el("button", {
    type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, onclick: () => show(name),
    onkeydown: (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      show(name === "therapists" ? "findings" : "therapists");
      at(`tab-${name === "therapists" ? "findings" : "therapists"}`).focus();
      event.preventDefault();
    } }, title, " ", el("span", { class: "badge", id: `badge-${name}` }));
  const panel = (name, ...filters) => el("div", { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}` },
    el("div", { class: "filters" }, filters), tables[name].root);
  at("lists").replaceChildren(
    el("div", { class: "tabs", role: "tablist", "aria-label": "Tables" }, tab("therapists", "Therapists"), tab("findings", "Findings")),
    panel("therapists", filters.status),
    panel("findings", filters.severity, filters.rule, el("label", { class: "check" }, filters.still, " still wrong only")));
  show("therapists");
  refresh();
}

/** Shows one of the two tables. */
function show(name) {
  for (const other of ["therapists", "findings"]) {
    const is = other === name;
    at(`tab-${other}`).setAttribute("aria-selected", String(is));
    at(`tab-${other}`).tabIndex = is ? 0 : -1;
    at(`panel-${other}`).hidden = !is;
  }
}

/** Applies the search and the filters to both tables. */
function refresh() {
  const text = at("search").value;
  at("badge-therapists").textContent = grouped(tables.therapists.search(text));
  at("badge-findings").textContent = grouped(tables.findings.search(text));
}
