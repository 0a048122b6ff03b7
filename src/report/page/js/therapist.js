// One therapist: heading, chart, the event looked at, all events, findings.

let hand = null;
let current = null;

/** Everything that is known of an event, as a list of terms. */
function eventFacts(detail, event) {
  const run = event.run === null ? null : detail.runs[event.run];
  const [first, also] = event.lines;
  const fact = (name, ...text) => el("div", {}, el("dt", {}, name), el("dd", {}, text));
  const [clock, zone] = event.clock || [];
  return [
    event.time === null ? fact("time", "the line has no clock; its place is that of the line before it")
      : fact("time", el("b", {}, event.time), ` UTC (${zone}), ${clock} clock`),
    event.time !== null && fact("precision", `${event.precision}: any moment ${event.reading || "of the time printed"}`),
    event.gap && fact("gap", event.gap, " to the event before", event.tie ? " ≈ their order is not known" : ""),
    run && fact("run", log(run.id), run.job && [" · job ", log(run.job)], run.inferred && " · inferred",
      run.outcome !== "unknown" && ` · ${run.outcome}`, run.who && [" · ", log(run.who)]),
    event.changes.length > 0 && fact("labels", event.changes.map(([object, was, is]) =>
      el("div", {}, log(detail.objects[object]), `: ${was} → ${is}`))),
    event.findings && fact("findings", event.findings.map((place) => findingRef(current.findings[place]))),
    fact("line", rawLine(detail, first)),
    also.length > 0 && fact("also seen", also.map(([line, time]) =>
      el("div", {}, rawLine(detail, line), time && el("small", {}, ` by its own clock ${time}`)))),
  ].filter(Boolean);
}

/** A line of the log: where it stands, and its text. */
function rawLine(detail, number) {
  const [source, line, text] = detail.lines[number];
  const name = front.sources[source] ? front.sources[source].name : `source ${source}`;
  return el("div", { class: "line" }, el("span", { class: "place" }, log(`${name}:${line}`)), el("code", { class: "raw" }, log(text)));
}

const findingRef = (found) => el("a", { class: "ref", href: link("finding", found.id) },
  el("b", { class: `numeral v${found.severity}` }, found.number), " ", found.words);

function told(place, how, pointer) {
  const event = place === null ? null : hand.chart.events[place];
  if (how === "hover") {
    tip(event, pointer);
    return;
  }
  const shown = event || hand.chart.events[hand.chart.pinned] || null;
  drawPanel(shown);
  markRow(shown);
  if (event) say(`Event ${place + 1} of ${hand.chart.events.length}. ${event.time || "no clock"}. ${event.what}. ${event.gap ? `gap ${event.gap}` : ""}${how === "pin" ? ". Pinned" : ""}`);
  else if (how === "pin") say("Not pinned");
  if (how === "pin") keepAddress();
}

/** The hovered event beside the pointer. */
function tip(event, pointer) {
  const box = at("tip");
  box.hidden = !event || !pointer;
  if (box.hidden) return;
  const { detail } = hand.chart;
  const run = event.run === null ? null : detail.runs[event.run];
  const [source, line, text] = detail.lines[event.lines[0]];
  box.replaceChildren(
    el("p", { class: "head" }, el("b", {}, event.time || "no clock"), event.precision ? ` · precision ${event.precision}` : ""),
    el("p", {}, log(event.what)),
    event.gap ? el("p", { class: "soft" }, `gap ${event.gap}`, event.tie ? " ≈ order not known" : "") : "",
    run ? el("p", { class: "soft" }, log(runText(run))) : "",
    el("p", { class: "place" }, log(`${front.sources[source] ? front.sources[source].name : source}:${line}`)),
    el("code", { class: "raw" }, log(text.length > 240 ? `${text.slice(0, 240)}…` : text)));
  const { width, height } = box.getBoundingClientRect();
  const left = Math.min(Math.max(pointer.clientX + 14, 8), innerWidth - width - 8);
  const above = pointer.clientY - height - 14;
  box.style.left = `${left}px`;
  box.style.top = `${above > 60 ? above : Math.min(pointer.clientY + 18, innerHeight - height - 8)}px`;
}

function drawPanel(event) {
  const panel = at("panel");
  panel.className = event ? "" : "empty";
  if (!event) {
    panel.replaceChildren(el("p", { class: "soft" }, "Point at an event to see it, click to pin it; with the keyboard: arrows, then Enter."));
    return;
  }
  const { chart } = hand;
  const place = chart.events.indexOf(event);
  const isPinned = chart.pinned === place;
  panel.replaceChildren(
    el("header", {}, el("h3", {}, `Event ${place + 1} of ${grouped(chart.events.length)}`, isPinned ? " · pinned" : ""), el("p", { class: "what" }, log(event.what)),
      el("button", { type: "button", onclick: () => pinEvent(hand, isPinned ? null : place) }, isPinned ? "Unpin (Esc)" : "Pin (Enter)")),
    el("dl", { class: "facts tight" }, eventFacts(chart.detail, event)));
}

function markRow(event) {
  for (const row of document.querySelectorAll("#events tr.on")) row.classList.remove("on");
  if (event) document.querySelector(`#events tr[data-event="${event.row}"]`)?.classList.add("on");
}

function heading(one) {
  const place = one.row;
  const turn = (other, text, name) => other && other.findings.length > 0
    ? el("a", { class: "button", href: link("therapist", other.id), "aria-label": name }, text) : null;
  const { state } = one;
  return el("header", { class: "who" },
    el("nav", { class: "crumbs" }, el("a", { class: "button", href: "#" }, "‹ All therapists"),
      turn(therapists[place - 1], "↑ worse", "The therapist before this one"), turn(therapists[place + 1], "↓ next", "The therapist after this one")),
    el("p", { class: "paper" }, log(front.title), " · ", front.window || "no time seen"),
    el("h1", { id: "who", tabindex: "-1" }, "Therapist ", log(one.id), " ", statusChip(one.status)),
    el("p", { class: "lead" }, `${of(one.events, "event")}, ${one.fewest ? "at least " : ""}${of(one.runs, "run")}, ${of(one.findings.length, "finding")}. Ends as `,
      stateText(state), ` · risk ${state.risk} · ${state.certainty}`),
    el("div", { class: "end" },
      el("table", { class: "plain" }, el("caption", {}, "Labels at the end"), el("tbody", {}, one.labels.length
        ? one.labels.map(([object, labels]) => el("tr", {}, el("th", { scope: "row" }, log(object)), el("td", {}, labels)))
        : el("tr", {}, el("td", {}, "none known")))),
      el("table", { class: "plain" }, el("caption", {}, "Fields at the end"), el("tbody", {}, one.fields.length
        ? one.fields.map(([field, object]) => el("tr", {}, el("th", { scope: "row" }, field), el("td", {}, log(object || "none"))))
        : el("tr", {}, el("td", {}, "never written"))))));
}

function tools() {
  const button = (text, name, act) => el("button", { type: "button", "aria-label": name, title: name, onclick: act }, text);
  const axis = (linear, text) => el("button", { type: "button", class: "axis", "data-linear": String(linear), "aria-pressed": "false", onclick: () => {
    const { axis, view } = hand.chart;
    look(hand, linear ? { ...asLinear(axis, view), chosen: true } : asElastic(axis, view));
  } }, text);
  return el("div", { class: "tools", role: "toolbar", "aria-label": "Timeline" },
    button("−", "Zoom out (−)", () => zoom(hand, 1 / 1.6)), button("+", "Zoom in (+)", () => zoom(hand, 1.6)),
    button("All", "Show all (0)", () => look(hand, wholeView())),
    button("‹", "Earlier (Shift ←)", () => pan(hand, -0.25)), button("›", "Later (Shift →)", () => pan(hand, 0.25)),
    el("span", { class: "pair", role: "group", "aria-label": "Axis" }, axis(false, "Elastic"), axis(true, "Linear")),
    el("small", { class: "soft" }, "drag pans · Ctrl + wheel zooms · double click opens a burst"));
}

const LEGEND = [
  ["created", "object created"], ["assigned", "field written"], ["labelled", "label added"], ["unlabelled", "label taken away"],
  ["started", "run starts"], ["done", "run done"], ["failed", "failed"],
];

function legend({ events, detail, findings }) {
  const has = (label) => detail.labels.some((bar) => bar[1] === label);
  const kinds = new Set(events.map((event) => event.kind));
  const mark = (kind) => svg("svg", { class: "key", width: 16, height: 16, viewBox: "-8 -8 16 16", "aria-hidden": "true" },
    svg("path", { class: `event ${kind}`, d: SHAPES[kind] }));
  const swatch = (kind) => svg("svg", { class: "key", width: 26, height: 14, viewBox: "0 0 26 14", "aria-hidden": "true" },
    svg("rect", { class: kind, x: 1, y: 1, width: 24, height: 12, rx: 2 }));
  const whisker = svg("svg", { class: "key", width: 26, height: 14, viewBox: "0 0 26 14", "aria-hidden": "true" },
    svg("path", { class: "whisker", d: "M2,7H24M2,3v8M24,3v8" }));
  return el("ul", { class: "legend", "aria-label": "Legend" },
    LEGEND.filter(([kind]) => kinds.has(kind) || (kind === "failed" && kinds.has("step-failed")))
      .map(([kind, name]) => el("li", {}, mark(kind), name)),
    el("li", {}, whisker, "precision of the printed time"),
    events.some((event) => event.tie) && el("li", {}, el("b", {}, "≈"), " order not known"),
    has(0) && el("li", {}, swatch("bar label-0"), "Active"), has(1) && el("li", {}, swatch("bar label-1"), "Active Attested"),
    detail.labels.some((bar) => bar[2] < 3) && el("li", {}, swatch("bar label-0 unsure"), "maybe, presumed"),
    findings.some(({ found }) => STATES.has(found.rule)) && el("li", {}, swatch("window"), "rule broken"));
}

const findingMark = (found) => el("a", { href: link("finding", found.id), class: `numeral v${found.severity}`, title: found.words }, found.number);

function eventsTable(detail, events) {
  const head = ["", "time (UTC)", "gap", "run", "what happened", "findings", "line"];
  const cells = (event, place) => [
    el("td", { class: "num soft" }, place + 1),
    el("td", { class: "time" }, el("button", { type: "button", class: "bare", "aria-label": `Show event ${place + 1}`, onclick: () => showEvent(place) }, event.time || "no clock")),
    el("td", { class: "gapcell" }, event.gap ? short(event.gap) : "", event.tie ? el("b", { title: "order not known" }, " ≈") : ""),
    el("td", {}, event.run === null ? "–" : log(detail.runs[event.run].id)),
    el("td", { class: "what" }, log(event.what), event.changes.map(([object, was, is]) => el("small", {}, log(detail.objects[object]), `: ${was} → ${is}`))),
    el("td", {}, (event.findings || []).map((number) => findingMark(current.findings[number]))),
    el("td", { class: "source" }, rawLine(detail, event.lines[0])),
  ];
  return el("details", { open: events.length <= 60, id: "events" }, el("summary", {}, `All events (${grouped(events.length)})`),
    el("div", { class: "scroll" }, el("table", { class: "plain events" },
      el("thead", {}, el("tr", {}, head.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, events.map((event, place) => el("tr", { "data-event": place }, cells(event, place)))))));
}

function showEvent(place) {
  focusEvent(hand, place, "key");
  pinEvent(hand, place);
  hand.root.scrollIntoView({ block: "nearest" });
}

/** Lines shown before somebody asks for all. */
const PROOF = 12;

function evidence(detail, lines) {
  const shown = lines.slice(0, PROOF).map((line) => rawLine(detail, line));
  if (lines.length <= PROOF) return shown;
  const more = el("button", { type: "button", onclick: () =>
    more.replaceWith(...lines.slice(PROOF).map((line) => rawLine(detail, line))) }, `Show ${of(lines.length - PROOF, "more line")}`);
  return [...shown, more];
}

function findingCard(found, detail) {
  const known = detail && detail.findings[found.number - 1];
  const fact = (name, ...text) => el("div", {}, el("dt", {}, name), el("dd", {}, text));
  return el("article", { class: `card v${found.severity}`, id: `finding-${found.id}`, tabindex: "-1", "aria-label": `Finding ${found.number}: ${found.words}` },
    el("header", {}, el("b", { class: `numeral v${found.severity}` }, found.number), el("h3", {}, found.words),
      severityChip(found.severity), el("span", { class: found.certain ? "chip" : "chip doubt" }, found.certain ? "certain" : "possible"),
      el("a", { class: "rule", href: link("finding", found.id), title: "Link to this finding" }, found.rule)),
    el("p", { class: "summary" }, log(found.summary)),
    el("dl", { class: "facts tight" },
      fact("when", found.still ? el("b", { class: "still" }, found.since) : found.since),
      found.gap && fact("gap", found.gap),
      found.objects.length > 0 && fact("objects", found.objects.map((object, place) => [place ? ", " : "", log(object)])),
      found.runs.length > 0 && fact("runs", found.runs.map((run, place) => [place ? ", " : "", log(run)])),
      found.help.length > 0 && fact("would help", found.help.map((number, place) => [place ? " · " : "", el("b", { class: "numeral" }, number), " ", front.words.recommendations[number - 1]]))),
    el("div", { class: "proof" }, el("h4", {}, "Evidence"), known ? evidence(detail, known.evidence)
      : el("p", { class: "soft" }, "The lines of this finding are not on this page.")));
}

/** Findings shown before somebody asks for all. */
const CARDS = 40;

function cards(one, detail, wanted) {
  const all = one.findings.map((found) => () => findingCard(found, detail));
  const most = Math.max(CARDS, wanted ? wanted.number : 0);
  const shown = all.slice(0, most).map((card) => card());
  if (all.length <= most) return shown;
  const more = el("button", { type: "button", onclick: () => more.replaceWith(...all.slice(most).map((card) => card())) }, `Show ${of(all.length - most, "more finding")}`);
  return [...shown, more];
}

/** What the worker's model makes of the lines: who must have done what unseen, what would have stopped it. */
const model = (told) => el("section", { class: "model", "aria-label": "What the worker's model says" },
  el("h2", {}, "What the worker's model says"),
  el("dl", { class: "facts tight" }, told.map(([about, text]) => el("div", {}, el("dt", {}, log(about)), el("dd", {}, log(text))))));

/** Draws a therapist; resolves when all of it stands. */
async function drawTherapist(one, part) {
  const root = at("therapist");
  const detail = one.findings.length ? await detailOf(one.row) : null;
  if (part.stale()) return;
  current = one;
  hand = null;
  const rest = one.findings.length
    ? el("section", { class: "cards", "aria-label": "Findings" }, el("h2", {}, `Findings (${grouped(one.findings.length)})`), cards(one, detail, part.found))
    : el("p", { class: "soft" }, "Nothing was found here, so the page holds no timeline. ", el("code", {}, "credtrail timeline ", log(one.id)), " shows it.");
  if (!detail || !detail.events || !detail.events.at.length) {
    const why = one.findings.length ? el("p", { class: "box notice" }, "This timeline is not on this page, which would be too large with it. ", el("code", {}, "credtrail timeline ", log(one.id)), " shows it.") : null;
    root.replaceChildren(...[heading(one), why, rest].filter(Boolean));
    return;
  }
  hand = makeChart(one, detail, told);
  const { events } = hand.chart;
  const cut = [detail.more_events && of(detail.more_events, "earlier event"), detail.more_objects && of(detail.more_objects, "object")].filter(Boolean);
  hand.onfinding = (number) => { location.hash = link("finding", one.findings[number - 1].id); };
  hand.onview = (view) => {
    for (const button of root.querySelectorAll("button.axis")) button.setAttribute("aria-pressed", String((button.dataset.linear === "true") === view.linear));
  };
  root.replaceChildren(heading(one),
    ...(cut.length ? [el("p", { class: "box notice" }, `${cut.join(" and ")} of this timeline not drawn; `, el("code", {}, "credtrail timeline ", log(one.id)), " shows all.")] : []),
    el("section", { class: "timeline", "aria-label": "Timeline" }, el("h2", {}, "Timeline"), tools(), hand.root, legend(hand.chart), el("div", { id: "panel" })),
    rest, ...(detail.model ? [model(detail.model)] : []), eventsTable(detail, events));
  drawPanel(null);
  measure(hand);
}
