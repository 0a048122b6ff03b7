// Drawing: from a chart (what, which part of time, how wide) to SVG. Knows no pointer and no key.
//
// Nothing is told by colour alone: objects have letters, labels have words and patterns, findings
// numbers, kinds of events shapes, doubtful things hatching.
const ROW = { lane: 24, gap: 8, title: 15, strip: 22, fan: 30, axis: 36, mark: 9 };

const ruler = document.createElement("canvas").getContext("2d");

/** How wide a text is, in pixels. */
function widthOf(text, font = "11px system-ui, sans-serif") {
  ruler.font = font;
  return ruler.measureText(text).width;
}

/** A, B … Z, then A1, B1 … */
const letter = (object) => String.fromCharCode(65 + (object % 26)) + (object < 26 ? "" : Math.floor(object / 26));

const SHAPES = {
  created: "M0,-6V6M-6,0H6",
  assigned: "M0,-6L6,0L0,6L-6,0Z",
  labelled: "M0,-6L6,5H-6Z",
  unlabelled: "M0,6L6,-5H-6Z",
  started: "M-4,-6L6,0L-4,6Z",
  done: "M-5,-5H5V5H-5Z",
  failed: "M-5,-5L5,5M5,-5L-5,5",
  "step-failed": "M-5,-5L5,5M5,-5L-5,5",
};

const OUTCOMES = { done: "✓ done", failed: "✕ failed", unfinished: "→ unfinished", unknown: "" };

const LABELS = ["Active", "Active Attested"];

const FIELDS = ["credentialing_active_attested_id", "credentialing_hubspot_id"];

const middle = ([from, until]) => (from + until) / 2;

/** Draws all of a chart: {nodes, height}. */
function drawing(chart) {
  const pen = { chart, y: 4, front: [], back: [], gutter: [], X: (time) => chart.gutter + chart.X(time) };
  drawStrip(pen);
  drawAxis(pen);
  const top = pen.y;
  drawEvents(pen);
  drawFindings(pen);
  drawRuns(pen);
  drawFields(pen);
  drawLabels(pen);
  drawGuides(pen, top);
  const plot = { "clip-path": "url(#plot)" };
  return {
    nodes: [patterns(chart, pen.y), svg("g", plot, pen.back), svg("g", { class: "titles" }, pen.gutter), svg("g", plot, pen.front)],
    height: pen.y + 4,
  };
}

function patterns(chart, height) {
  const stripe = (id, angle, size, ...lines) => svg("pattern", {
    id, width: size, height: size, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${angle})` }, lines);
  const line = (kind, size) => svg("path", { class: kind, d: `M0,0V${size}` });
  return svg("defs", {},
    stripe("attested", 45, 7, svg("rect", { class: "attested-ground", width: 7, height: 7 }), line("attested-line", 7)),
    stripe("doubt-0", 135, 6, line("doubt-active", 6)),
    stripe("doubt-1", 45, 6, line("doubt-attested", 6)),
    stripe("wrong", 45, 8, line("wrong-line", 8), svg("path", { class: "wrong-line", d: "M0,0H8" })),
    stripe("skip", 0, 6, svg("path", { class: "skip-line", d: "M0,3H3" })),
    svg("clipPath", { id: "plot" }, svg("rect", { x: chart.gutter, y: 0, width: chart.width, height: height + 8 })));
}

/** The name of a lane: beside it where there is room, above it where not. */
function titled(pen, name, height, { sub, badge, strong } = {}) {
  const { gutter } = pen.chart;
  const kind = strong ? "lane strong" : "lane";
  if (!gutter) {
    const text = svg("text", { class: kind, x: badge ? 20 : 1, y: pen.y + 11 }, name, sub && svg("tspan", { class: "dim", dx: 6 }, sub));
    pen.gutter.push(text);
    if (badge) pen.gutter.push(badgeAt(badge, 9, pen.y + 7));
    pen.y += ROW.title;
    return;
  }
  const y = pen.y + height / 2 + 4;
  pen.gutter.push(svg("text", { class: kind, x: badge ? 22 : 2, y: sub ? y - 6 : y }, name));
  if (sub) pen.gutter.push(svg("text", { class: "dim", x: badge ? 22 : 2, y: y + 7 }, sub));
  if (badge) pen.gutter.push(badgeAt(badge, 10, pen.y + height / 2));
}

const badgeAt = (text, x, y) => svg("g", { class: "letter" },
  svg("circle", { cx: x, cy: y, r: 8 }), svg("text", { x, y: y + 3.5, "text-anchor": "middle" }, text));

/** The log as the clock on the wall has it, and where each moment went on the axis below. */
function drawStrip(pen) {
  const { chart } = pen;
  const { gutter, width, axis } = chart;
  const x = (time) => gutter + 6 + ((width - 12) * (time - axis.begin)) / (axis.end - axis.begin);
  titled(pen, "wall clock", ROW.strip, { sub: chart.clockless ? "no line has a clock" : chart.days });
  const y = pen.y + ROW.strip / 2 + 5;
  const [from, to] = chart.seen;
  pen.back.push(
    svg("rect", { class: "seen", x: x(from), y: y - 8, width: Math.max(x(to) - x(from), 3), height: 14, rx: 3 }),
    svg("line", { class: "rail", x1: gutter, x2: gutter + width, y1: y, y2: y }));
  if (!chart.clockless) {
    let free = -Infinity;
    for (const { time, text } of ticks(axis.begin, axis.end, width, 90, chart.base)) {
      pen.back.push(svg("line", { class: "rail", x1: x(time), x2: x(time), y1: y - 4, y2: y }));
      const half = widthOf(text, "10px system-ui, sans-serif") / 2;
      const centre = Math.min(Math.max(x(time), gutter + half), gutter + width - half);
      if (centre - half < free) continue;
      free = centre + half + 8;
      pen.back.push(svg("text", { class: "tick dim", x: centre, y: y - 8, "text-anchor": "middle" }, text));
    }
  }
  const moments = [...new Map(chart.events.map((event) => [event.at[0], event])).values()];
  const bottom = y + ROW.fan;
  for (const event of moments) {
    const [above, below] = [x(middle(event.at)), pen.X(middle(event.at))];
    if (moments.length <= 80 && below >= gutter - 40 && below <= gutter + width + 40) {
      pen.back.push(svg("path", { class: "fan",
        d: `M${above},${y + 3}C${above},${y + 18} ${below},${bottom - 16} ${below},${bottom}` }));
    }
    pen.back.push(svg("circle", { class: "dot", cx: above, cy: y, r: 3 }));
  }
  pen.y = bottom;
}

/** Moments with their times, the gaps between them, and what is skipped. */
function drawAxis(pen) {
  const { chart } = pen;
  const { gutter, width, axis } = chart;
  const y = pen.y + 14;
  const name = chart.view.linear ? "linear axis" : "elastic axis";
  if (gutter) {
    pen.gutter.push(svg("text", { class: "lane", x: 2, y: y + 4 }, name));
    pen.gutter.push(svg("text", { class: "dim", x: 2, y: y + 17 }, chart.view.linear ? "1 s is as wide as the next" : axis.stretches.some((one) => one.skip) ? "// : silence, shortened" : "every moment has room"));
  }
  pen.back.push(svg("line", { class: "rail strong", x1: gutter, x2: gutter + width, y1: y + 6, y2: y + 6 }));
  for (const stretch of axis.stretches) {
    if (!stretch.skip || chart.view.linear) continue;
    const [from, to] = [pen.X(stretch.from), pen.X(stretch.to)];
    if (to < gutter || from > gutter + width || to - from < 6) continue;
    pen.back.push(svg("path", { class: "zigzag", d: zigzag(from, to, y + 6, gutter, gutter + width) }));
  }
  if (chart.view.linear) drawTicks(pen, y);
  else drawTimes(pen, y);
  drawGaps(pen, y + 22);
  pen.y = y + 30;
}

/** Where the axis breaks: a small wave at both ends of the silence. */
function zigzag(from, to, y, left, right) {
  const at = Math.min(Math.max((from + to) / 2, left + 8), right - 8);
  return `M${at - 7},${y + 4}l4,-8M${at + 1},${y + 4}l4,-8`;
}

function drawTicks(pen, y) {
  const { chart } = pen;
  const { gutter, width, axis } = chart;
  if (chart.clockless) return;
  const [from, to] = chart.seen;
  for (const { time, text } of ticks(from, to, width, 96, chart.base)) {
    if (time < axis.begin || time > axis.end) continue;
    const x = pen.X(time);
    const half = widthOf(text) / 2;
    pen.back.push(svg("line", { class: "rail", x1: x, x2: x, y1: y + 2, y2: y + 10 }));
    if (x - half >= gutter && x + half <= gutter + width) {
      pen.back.push(svg("text", { class: "tick", x, y: y - 2, "text-anchor": "middle" }, text));
    }
  }
}

/** The printed time of each moment; in short where the long one has no room. */
function drawTimes(pen, y) {
  const { chart } = pen;
  const { gutter, width } = chart;
  let free = gutter - 4;
  let before = null;
  let day = chart.days.slice(0, 10);
  for (const event of chart.events) {
    if (event.time === null || event.at[0] === before) continue;
    const x = pen.X(middle(event.at));
    if (x < gutter || x > gutter + width) continue;
    pen.back.push(svg("line", { class: "rail", x1: x, x2: x, y1: y + 2, y2: y + 10 }));
    const [time, date = day] = event.time.split(" ").reverse();
    const long = date === day ? time : `${date.slice(5)} ${time}`;
    for (const text of [long, time.slice(time.lastIndexOf(":"))]) {
      const half = widthOf(text) / 2;
      const centre = Math.min(Math.max(x, gutter + half), gutter + width - half);
      if (centre - half < free) continue;
      pen.back.push(svg("text", { class: "tick", x: centre, y: y - 2, "text-anchor": "middle" }, text));
      free = centre + half + 7;
      if (text === long) day = date;
      break;
    }
    before = event.at[0];
  }
}

/** The gap between neighbours, in the words of the stamps' precision. */
function drawGaps(pen, y) {
  const { chart } = pen;
  const { gutter, width, axis } = chart;
  let free = gutter;
  const put = (from, to, text, kind) => {
    const [left, right] = [Math.max(from, gutter), Math.min(to, gutter + width)];
    const need = widthOf(text, "10px system-ui, sans-serif");
    const centre = (left + right) / 2;
    if (right - left < need + 6 || centre - need / 2 < free) return;
    pen.back.push(svg("text", { class: kind, x: centre, y, "text-anchor": "middle" }, text));
    free = centre + need / 2 + 4;
  };
  const { log, events } = chart;
  if (log && axis.begin === log.from[0]) put(pen.X(axis.begin), pen.X(events[0].at[0]), `${log.before} of log before`, "gap dim");
  for (const [place, event] of events.entries()) {
    if (!place || !event.gap) continue;
    const before = events[place - 1];
    const [from, to] = [pen.X(middle(before.at)), pen.X(middle(event.at))];
    if (to - from > 8) put(from, to, short(event.gap), "gap");
  }
  if (log && axis.end === log.to[1]) put(pen.X(axis.last), pen.X(axis.end), `${log.after} of log after`, "gap dim");
}

/** Marks of events: a shape in the middle of the whisker that is the printed time's precision. */
function drawEvents(pen) {
  const { chart } = pen;
  const levels = stacked(chart);
  const height = ROW.lane + 2 + (levels.count - 1) * 15;
  titled(pen, "events", height);
  const drawn = new Set();
  for (const [place, event] of chart.events.entries()) {
    const y = pen.y + 13 + levels.of[place] * 15;
    const [from, until] = event.at.map(pen.X);
    const x = (from + until) / 2;
    event.x = x - chart.gutter;
    event.y = y;
    if (x < chart.gutter - 20 && until < chart.gutter) continue;
    if (x > chart.gutter + chart.width + 20 && from > chart.gutter + chart.width) continue;
    const spot = `${Math.round(x)} ${y}`;
    if (drawn.has(spot) && place !== chart.focus && place !== chart.pinned) continue;
    drawn.add(spot);
    const caps = until - from > 3 ? `M${from},${y - 4}v8M${until},${y - 4}v8` : "";
    if (until - from > 1.5) pen.front.push(svg("path", { class: "whisker", d: `M${from},${y}H${until}${caps}` }));
    const classes = ["event", event.kind];
    if (place === chart.focus) classes.push("focused");
    if (place === chart.pinned) classes.push("pinned");
    pen.front.push(svg("path", { class: classes.join(" "), d: SHAPES[event.kind] || SHAPES.assigned,
      transform: `translate(${x},${y})`, "data-event": place }));
    if (event.kind === "step-failed") pen.front.push(svg("circle", { class: "event ring", cx: x, cy: y, r: 8.5 }));
    if (event.tie && place) drawTie(pen, chart.events[place - 1], { x, y });
  }
  pen.y += height + ROW.gap;
}

/** Two marks whose order the stamps leave open. */
function drawTie(pen, before, { x, y }) {
  const from = before.x + pen.chart.gutter;
  pen.front.push(svg("path", { class: "tie", d: `M${from},${before.y}L${x},${y}` }));
  pen.front.push(svg("text", { class: "tie-sign", x: Math.max(from, x) + 10, y: (before.y + y) / 2 + 4 }, "≈"));
}

/** Marks too near to each other stand below each other, as they do when all is seen. */
function stacked(chart) {
  if (chart.levels) return chart.levels;
  const X = mapping(chart.axis, wholeView(), chart.width);
  const last = [];
  const most = chart.events.length > 120 ? 4 : 24;
  const levels = chart.events.map((event) => {
    const x = X(middle(event.at));
    let level = last.findIndex((other) => x - other >= 15);
    if (level < 0) level = last.length < most ? last.length : last.indexOf(Math.min(...last));
    last[level] = x;
    return level;
  });
  chart.levels = { of: levels, count: Math.max(1, last.length) };
  return chart.levels;
}

/** Puts spans with room for their words on as few rows as they need. */
function packed(spans, most) {
  const busy = [];
  return spans.map(([from, to]) => {
    let row = busy.findIndex((until) => until <= from);
    if (row < 0) row = busy.length < most ? busy.length : busy.indexOf(Math.min(...busy));
    busy[row] = to;
    return row;
  });
}

/** What is taken of one row, from left to right. */
function taken() {
  const spans = [];
  return {
    take: (from, to) => spans.push([from, to]),
    isFree: (from, to) => spans.every(([left, right]) => to <= left || from >= right),
  };
}

/** Findings as numbered bars, from when to when. */
function drawFindings(pen) {
  const { chart } = pen;
  if (!chart.findings.length) return;
  const whole = mapping(chart.axis, wholeView(), chart.width);
  const spans = chart.findings.map(({ found, from, to }) => {
    const [left, right] = [whole(from[0]), found.still ? chart.width : whole((to || from)[1])];
    return [left, Math.max(right, left + 24 + widthOf(found.words)) + 10];
  });
  const rows = packed(spans, 12);
  const count = Math.max(...rows) + 1;
  titled(pen, "findings", count * 22, { sub: "bar: from when to when" });
  const end = chart.gutter + chart.width;
  const room = Array.from({ length: count }, taken);
  for (const [place, { found, from, to }] of chart.findings.entries()) {
    const y = pen.y + rows[place] * 22;
    const left = pen.X(middle(from));
    const right = found.still ? end : pen.X(middle(to || from));
    if (right < chart.gutter || left > end) continue;
    const doubt = found.certain ? "" : " doubt";
    const group = svg("g", { class: `finding v${found.severity}${doubt}`, "data-finding": found.number });
    if (right > left) group.append(svg("rect", { class: "span", x: left, y: y + 3, width: Math.max(right - left, 1), height: 14, rx: 2 }));
    if (found.still) group.append(svg("path", { class: "on", d: `M${end - 9},${y + 5}l6,5l-6,5` }));
    const x = Math.min(Math.max(left, chart.gutter + 9), end - 9);
    pen.front.push(group);
    if (!room[rows[place]].isFree(x - 9, x + 9)) {
      group.append(svg("path", { class: "on", d: `M${x},${y + 4}v12` }));
      continue;
    }
    room[rows[place]].take(x - 9, x + 9);
    group.append(svg("circle", { cx: x, cy: y + 10, r: 9 }),
      svg("text", { class: "number", x, y: y + 14, "text-anchor": "middle" }, found.number));
    findingWords(group, found, { x, y: y + 14, left: chart.gutter, end: end - 12 }, room[rows[place]]);
  }
  pen.y += count * 22 + ROW.gap;
}

/** A finding's words after its number, or before it; where neither has room, its rule. */
function findingWords(group, found, { x, y, left, end }, room) {
  const doubt = found.certain ? "" : " (possible)";
  for (const text of [found.words + doubt, found.rule + doubt, found.rule]) {
    const need = widthOf(text);
    const after = x + 14 + need < end && room.isFree(x + 10, x + 16 + need);
    if (!after && (x - 16 - need <= left || !room.isFree(x - 16 - need, x - 10))) continue;
    if (after) room.take(x + 10, x + 16 + need);
    else room.take(x - 16 - need, x - 10);
    group.append(svg("text", { class: "words", x: after ? x + 14 : x - 14, y, "text-anchor": after ? "start" : "end" }, text));
    return;
  }
}

function runText(run) {
  const job = run.job ? (run.job.length > 14 ? `${run.job.slice(0, 10)}…` : run.job) : "";
  return [run.id, job || (run.inferred ? "inferred" : ""), run.attempt > 1 ? `attempt ${run.attempt}` : "",
    run.redelivery_of ? `again of ${run.redelivery_of}` : "", OUTCOMES[run.outcome]].filter(Boolean).join(" · ");
}

/** Runs as brackets; runs in flight at once stand below each other. */
function drawRuns(pen) {
  const { chart } = pen;
  const runs = chart.detail.runs.filter((run) => run.from);
  if (!runs.length) return;
  const whole = mapping(chart.axis, wholeView(), chart.width);
  const end = chart.gutter + chart.width;
  const open = (run) => run.outcome === "unfinished";
  const spans = runs.map((run) => {
    const [left, right] = [whole(run.from[0]), open(run) ? chart.width : whole(run.to[1])];
    return [left, Math.max(right, Math.min(left + widthOf(runText(run)) + 14, chart.width)) + 6];
  });
  const rows = packed(spans, 12);
  const count = Math.max(...rows) + 1;
  titled(pen, "runs", count * ROW.lane, { sub: "dashed: inferred" });
  const bars = runs.map((run) => [pen.X(run.from[0]), open(run) ? end + 20 : pen.X(run.to[1])]);
  const room = Array.from({ length: count }, taken);
  for (const [place, [left, right]] of bars.entries()) room[rows[place]].take(left, Math.max(right, left + 4));
  for (const [place, run] of runs.entries()) {
    const [left, right] = bars[place];
    if (right < chart.gutter || left > end) continue;
    const y = pen.y + rows[place] * ROW.lane + 2;
    const kind = `run ${run.outcome}${run.inferred ? " inferred" : ""}`;
    pen.front.push(svg("rect", { class: kind, x: left, y, width: Math.max(right - left, 4), height: 19, rx: 3 }));
    runWords(pen, run, { left: Math.max(left, chart.gutter), right: Math.min(right, end), y: y + 13.5, end }, room[rows[place]]);
  }
  pen.y += count * ROW.lane + ROW.gap;
}

/** A run's words within its bracket, or beside it, or in short. */
function runWords(pen, run, { left, right, y, end }, room) {
  const put = (text, x, anchor) => pen.front.push(svg("text", { class: "words", x, y, "text-anchor": anchor }, text));
  for (const text of [runText(run), `${run.id} ${(OUTCOMES[run.outcome] || "").charAt(0)}`.trim(), run.id]) {
    const need = widthOf(text);
    if (need + 8 < right - left) return put(text, left + Math.min(6, (right - left - need) / 2), "start");
    if (right + need + 8 < end && room.isFree(right + 1, right + need + 8)) {
      room.take(right + 1, right + need + 8);
      return put(text, right + 5, "start");
    }
    if (left - need - 8 > pen.chart.gutter && room.isFree(left - need - 8, left - 1)) {
      room.take(left - need - 8, left - 1);
      return put(text, left - 5, "end");
    }
  }
  return null;
}

/** Which object each field points to, step by step. */
function drawFields(pen) {
  const { chart } = pen;
  const end = chart.gutter + chart.width;
  for (const [field, name] of FIELDS.entries()) {
    const steps = chart.detail.fields.filter((step) => step[0] === field);
    if (!steps.length) continue;
    titled(pen, name.replace("credentialing_", ""), ROW.lane, { sub: "field" });
    for (const [, object, from, to] of steps) {
      const [left, right] = [pen.X(middle(from)), to ? pen.X(middle(to)) : end + 20];
      if (right < chart.gutter || left > end) continue;
      pen.front.push(svg("rect", { class: `step field-${field}${object === null ? " cleared" : ""}`, x: left, y: pen.y + 2, width: Math.max(right - left - 1, 1), height: 19 }));
      if (right - left > 3 || !to) pen.front.push(svg("path", { class: "riser", d: `M${left},${pen.y}v23` }));
      const seen = [Math.max(left, chart.gutter), Math.min(right, end)];
      objectText(pen, object, seen, pen.y + 15.5);
    }
    pen.y += ROW.lane + ROW.gap;
  }
}

/** An object within a bar, as long as there is room: `A OLD`, `A …823850`, `A`. */
function objectText(pen, object, [left, right], y) {
  const name = object === null ? "none" : object < 0 ? "another object" : pen.chart.detail.objects[object];
  const head = object === null || object < 0 ? "" : `${letter(object)} `;
  for (const text of [`${head}${name}`, `${head}…${name.slice(-5)}`, head.trim()]) {
    if (text && widthOf(text) + 10 < right - left) {
      pen.front.push(svg("text", { class: "in", x: left + 6, y }, text));
      return;
    }
  }
}

const STATES = new Set(["dual-active", "dual-attested", "dual-label"]);

/** Which object bears which label, and where two bear what only one may. */
function drawLabels(pen) {
  const { chart } = pen;
  const { objects, labels } = chart.detail;
  const end = chart.gutter + chart.width;
  const lanes = new Map();
  for (const [object, name] of objects.entries()) {
    const mine = labels.filter((bar) => bar[0] === object);
    const rows = [1, 0].filter((label) => mine.some((bar) => bar[1] === label));
    const height = Math.max(rows.length, 1) * 20;
    titled(pen, name, height, { badge: letter(object), strong: true, sub: rows.length > 1 || !chart.gutter ? null : rows.length ? null : "no label" });
    lanes.set(name, [pen.y, pen.y + height]);
    pen.back.push(svg("rect", { class: "ground", x: chart.gutter, y: pen.y, width: chart.width, height, rx: 2 }));
    for (const [place, label] of rows.entries()) {
      const y = pen.y + place * 20 + 2;
      for (const [, of, how, from, to] of mine) {
        if (of === label) drawBar(pen, { label, how, from, to, y, end });
      }
    }
    pen.y += height + ROW.gap;
  }
  let badges = 0;
  for (const { found, from, to } of chart.findings) {
    const mine = found.objects.map((object) => lanes.get(object)).filter(Boolean);
    if (!STATES.has(found.rule) || !mine.length || found.severity === 0) continue;
    const [left, right] = [pen.X(middle(from)), found.still || !to ? end + 20 : pen.X(middle(to))];
    const top = Math.min(...mine.map(([y]) => y)) - 4;
    const bottom = Math.max(...mine.map(([, y]) => y)) + 4;
    const doubt = found.certain ? "" : " doubt";
    pen.back.push(svg("path", { class: `window-edge${doubt}`, d: `M${left},${top}V${bottom}` }));
    for (const [y, until] of mine) {
      pen.back.push(svg("rect", { class: `window${doubt}`, x: left, y: y - 4, width: Math.max(right - left, 2), height: until - y + 8 }));
    }
    const x = Math.max(Math.min(right, end) - 10 - 19 * badges, left + 10);
    if (right > chart.gutter && left < end) {
      badges += 1;
      pen.front.push(svg("g", { class: `finding v${found.severity}` },
        svg("circle", { cx: x, cy: top + 1, r: 8 }), svg("text", { class: "number", x, y: top + 4.5, "text-anchor": "middle" }, found.number)));
    }
  }
  pen.y += 4;
}

const HOW = ["", " presumed", " maybe", ""];

function drawBar(pen, { label, how, from, to, y, end }) {
  const left = pen.X(middle(from));
  const right = to ? pen.X(middle(to)) : end + 20;
  if (right < pen.chart.gutter || left > end) return;
  const sure = how === 3;
  pen.front.push(svg("rect", { class: `bar label-${label}${sure ? "" : " unsure"}`, x: left, y, width: Math.max(right - left, 2), height: 16, rx: 2 }));
  const seen = [Math.max(left, pen.chart.gutter), Math.min(right, end)];
  for (const text of [LABELS[label] + HOW[how], LABELS[label], label ? "AA" : "A"]) {
    const need = widthOf(text);
    if (need + 10 < seen[1] - seen[0]) {
      pen.front.push(svg("rect", { class: `plate label-${label}${sure ? "" : " unsure"}`, x: seen[0] + 3, y: y + 1.5, width: need + 6, height: 13, rx: 2 }));
      pen.front.push(svg("text", { class: `in label-${label}${sure ? "" : " unsure"}`, x: seen[0] + 6, y: y + 12 }, text));
      return;
    }
  }
}

/** A faint line through all lanes at each moment, a strong one at the event looked at. */
function drawGuides(pen, top) {
  const { chart } = pen;
  const guides = [];
  let before = null;
  for (const event of chart.events.length > 200 ? [] : chart.events) {
    const x = Math.round(event.x + chart.gutter) + 0.5;
    if (x === before) continue;
    before = x;
    guides.push(svg("line", { class: "guide", x1: x, x2: x, y1: top - 24, y2: pen.y }));
  }
  for (const place of new Set([chart.focus, chart.pinned])) {
    const event = chart.events[place];
    if (!event) continue;
    const [from, until] = event.at.map(pen.X);
    const wide = Math.max(until - from, 3);
    guides.push(svg("rect", { class: place === chart.pinned ? "beam pinned" : "beam", x: (from + until - wide) / 2, y: top - 24, width: wide, height: pen.y - top + 24 }));
  }
  pen.back.unshift(...guides);
}
