// The chart in the hand: pointer, keys, zoom, pan, what is looked at and what is pinned.

/** Narrower than this the lanes' names stand above them. */
const NARROW = 640;
const GUTTER = 176;

/** Makes the chart of a therapist; told(place, how) is called when an event is looked at. */
function makeChart(one, detail, told) {
  const events = rowsOf(detail.events);
  const found = one.findings.map((found, place) => ({ found, ...detail.findings[place] }));
  const clockless = events.every((event) => event.time === null);
  const chart = {
    detail, events, clockless,
    base: detail.base,
    log: detail.log,
    axis: makeAxis(events.map((event) => event.at), detail.log),
    findings: found.filter(({ from }) => from),
    view: wholeView(),
    focus: null,
    pinned: null,
    days: dayText(detail),
  };
  const picture = svg("svg", { class: "picture", role: "img", "aria-label": summary(one, detail, events) });
  const root = el("div", { class: "chart", tabindex: "0", role: "group", "aria-roledescription": "timeline",
    "aria-label": `Timeline of therapist ${one.id}: ${of(events.length, "event")}. Arrows move between events, Enter pins, plus and minus zoom, 0 shows all.` }, picture);
  const hand = { chart, picture, root, told, pointers: new Map(), pending: false, last: null };
  listen(hand);
  hand.width = 0;
  new ResizeObserver(() => {
    if (!printing && root.clientWidth - 10 !== hand.width) measure(hand);
  }).observe(root);
  return hand;
}

function dayText(detail) {
  const day = (time) => new Date(detail.base + time / 1e6).toISOString().slice(0, 10);
  const places = detail.events.at;
  const [first, last] = [day(places[0][0]), day(places.at(-1)[0])];
  return first === last ? `${first} UTC` : `${first} – ${last.slice(5)} UTC`;
}

function summary(one, detail, events) {
  return `Timeline with ${of(events.length, "event")}, ${of(detail.runs.length, "run")}, `
    + `${of(detail.objects.length, "object")} and ${of(one.findings.length, "finding")}; the tables below say the same.`;
}

/** Takes the width that there is, then draws. */
function measure(hand, width = hand.root.clientWidth - 10) {
  const { chart } = hand;
  if (width <= 0) return;
  hand.width = width;
  chart.gutter = width >= NARROW ? GUTTER : 0;
  chart.width = width - chart.gutter - (chart.gutter ? 10 : 0);
  chart.levels = null;
  draw(hand);
}

/** Draws at the next frame, however often it is asked for until then. */
function redraw(hand) {
  if (hand.pending) return;
  hand.pending = true;
  requestAnimationFrame(() => {
    hand.pending = false;
    draw(hand);
  });
}

function draw(hand) {
  const { chart, picture } = hand;
  if (!hand.width) return;
  const map = mapping(chart.axis, chart.view, chart.width);
  const { before, share } = hand.motion || {};
  chart.X = before ? (time) => before(time) * (1 - share) + map(time) * share : map;
  chart.seen = [timeOf(chart.axis, chart.view, chart.width, 0), timeOf(chart.axis, chart.view, chart.width, chart.width)];
  const { nodes, height } = drawing(chart);
  picture.setAttribute("viewBox", `0 0 ${hand.width} ${height}`);
  picture.setAttribute("width", hand.width);
  picture.setAttribute("height", height);
  picture.replaceChildren(...nodes);
  hand.map = map;
  hand.onview?.(chart.view);
}

const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/** Changes what is seen; `move` lets the eye follow. */
function look(hand, view, move = true) {
  const before = hand.map;
  hand.chart.view = view;
  if (!move || !before || STILL.matches || hand.chart.events.length > 300) {
    hand.motion = null;
    redraw(hand);
    return;
  }
  const begin = performance.now();
  const motion = { before, share: 0 };
  hand.motion = motion;
  const step = (now) => {
    if (hand.motion !== motion) return;
    const share = Math.min(1, Math.max(0, now - begin) / 180);
    motion.share = share * (2 - share);
    if (share === 1) hand.motion = null;
    draw(hand);
    if (share < 1) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

/** Zooms around the event looked at, or the middle. */
function zoom(hand, factor, share = null, move = true) {
  const { chart } = hand;
  const event = chart.events[chart.focus ?? chart.pinned ?? -1];
  const own = event && event.x >= 0 && event.x <= chart.width ? event.x / chart.width : 0.5;
  look(hand, zoomed(chart.axis, chart.view, factor, share ?? own), move);
}

/** Moves by a share of what is seen. */
function pan(hand, share, move = true) {
  const { view, axis } = hand.chart;
  const by = (view.to - view.from) * share;
  look(hand, held(axis, { ...view, from: view.from + by, to: view.to + by }), move);
}

/** Goes to the burst of an event, in linear time. */
function zoomToBurst(hand, place) {
  const { axis, events } = hand.chart;
  const burst = burstAt(axis, events[place].at[0]);
  if (burst) look(hand, burstView(axis, burst));
}

/** Looks at an event and brings it into sight. */
function focusEvent(hand, place, how) {
  const { chart } = hand;
  const event = chart.events[place];
  if (!event) return;
  chart.focus = place;
  const x = chart.X ? chart.X(middle(event.at)) : 0;
  if (x < 0 || x > chart.width) {
    const { view, axis } = chart;
    const spot = view.linear ? middle(event.at) : elasticOf(axis, middle(event.at));
    const half = (view.to - view.from) / 2;
    look(hand, held(axis, { ...view, from: spot - half, to: spot + half }), false);
  }
  redraw(hand);
  hand.told(place, how);
}

function pinEvent(hand, place) {
  hand.chart.pinned = place;
  if (place !== null) hand.chart.focus = place;
  redraw(hand);
  hand.told(place, "pin");
}

/** The event nearest to a point, if one is near. */
function eventNear(hand, x, y) {
  const { chart } = hand;
  let best = null;
  let least = 14;
  for (const [place, event] of chart.events.entries()) {
    const [from, until] = event.at.map(chart.X);
    const aside = Math.max(from - x, x - until, 0) + Math.abs(event.x - x) * 0.02;
    const off = aside + Math.min(Math.abs(event.y - y), 40) * 0.05;
    if (off < least) {
      least = off;
      best = place;
    }
  }
  return best;
}

function listen(hand) {
  const { root, picture } = hand;
  root.addEventListener("keydown", (event) => onKey(hand, event));
  root.addEventListener("wheel", (event) => onWheel(hand, event), { passive: false });
  picture.addEventListener("pointerdown", (event) => onDown(hand, event));
  picture.addEventListener("pointermove", (event) => onMove(hand, event));
  picture.addEventListener("pointerup", (event) => onUp(hand, event));
  picture.addEventListener("pointercancel", (event) => hand.pointers.delete(event.pointerId));
  picture.addEventListener("pointerleave", () => hand.told(null, "hover"));
  picture.addEventListener("dblclick", (event) => {
    const place = eventNear(hand, ...spot(hand, event));
    if (place !== null) zoomToBurst(hand, place);
  });
}

/** Where a pointer is: x in the plot, y in the picture. */
function spot(hand, event) {
  const box = hand.picture.getBoundingClientRect();
  const scale = hand.width / box.width;
  return [(event.clientX - box.left) * scale - hand.chart.gutter, (event.clientY - box.top) * scale];
}

function onKey(hand, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { chart } = hand;
  const last = chart.events.length - 1;
  const current = chart.focus ?? chart.pinned;
  const acts = {
    ArrowRight: () => event.shiftKey ? pan(hand, 0.25) : focusEvent(hand, current === null ? 0 : Math.min(current + 1, last), "key"),
    ArrowLeft: () => event.shiftKey ? pan(hand, -0.25) : focusEvent(hand, current === null ? last : Math.max(current - 1, 0), "key"),
    Home: () => focusEvent(hand, 0, "key"),
    End: () => focusEvent(hand, last, "key"),
    Enter: () => current !== null && pinEvent(hand, chart.pinned === current ? null : current),
    " ": () => current !== null && pinEvent(hand, chart.pinned === current ? null : current),
    z: () => current !== null && zoomToBurst(hand, current),
  };
  const act = acts[event.key];
  if (!act) return;
  act();
  event.preventDefault();
}

function onWheel(hand, event) {
  const [x] = spot(hand, event);
  if (event.ctrlKey || event.metaKey) {
    zoom(hand, Math.exp(-event.deltaY * 0.005), Math.min(Math.max(x / hand.chart.width, 0), 1), false);
  } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    pan(hand, (event.deltaX || event.deltaY) / hand.chart.width, false);
  } else {
    return;
  }
  event.preventDefault();
}

function onDown(hand, event) {
  if (event.button) return;
  const [x, y] = spot(hand, event);
  hand.pointers.set(event.pointerId, { x, y });
  hand.moved = false;
  hand.from = { x, y };
}

function onMove(hand, event) {
  const [x, y] = spot(hand, event);
  const before = hand.pointers.get(event.pointerId);
  if (!before) {
    const place = eventNear(hand, x, y);
    if (place !== hand.hovered) hand.hovered = place;
    hand.told(place, "hover", event);
    return;
  }
  if (!hand.moved && Math.hypot(x - hand.from.x, y - hand.from.y) < 4) return;
  if (!hand.moved) hand.picture.setPointerCapture(event.pointerId);
  hand.moved = true;
  const others = [...hand.pointers].filter(([id]) => id !== event.pointerId);
  if (others.length) {
    const [, other] = others[0];
    const grown = Math.max(Math.abs(x - other.x), 8) / Math.max(Math.abs(before.x - other.x), 8);
    zoom(hand, grown, (x + other.x) / 2 / hand.chart.width, false);
  } else {
    pan(hand, (before.x - x) / hand.chart.width, false);
  }
  hand.pointers.set(event.pointerId, { x, y });
}

function onUp(hand, event) {
  const was = hand.pointers.delete(event.pointerId);
  if (!was || hand.moved) return;
  const [x, y] = spot(hand, event);
  const number = event.target.closest("[data-finding]")?.dataset.finding;
  if (number) {
    hand.onfinding?.(Number(number));
    return;
  }
  const place = eventNear(hand, x, y);
  pinEvent(hand, place === hand.chart.pinned ? null : place);
}
