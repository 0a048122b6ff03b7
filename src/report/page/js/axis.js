// The axis: which time stands at which x. Knows no elements.
//
// Elastic: every moment and every burst has room, however short, and long silences are pressed
// together and say how long they are. Linear: one second is as wide as the next. All times are
// nanoseconds after the timeline's base.
const MINUTE = 60e9;

/** Least width of a stretch, and how much a tenfold length adds. */
const WIDTH = { least: 0.62, tenfold: 0.5, most: 3.2, edge: 0.9, margin: 0.4 };

/** places: [[from, until]] of the events; edges: {from, to} of the log or null. */
function makeAxis(places, edges) {
  const sorted = [...places].sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  const first = sorted[0][0];
  const last = Math.max(...sorted.map(([, until]) => until));
  const inner = [...new Set(sorted.flat())].sort((one, other) => one - other);
  const lengths = inner.slice(1).map((knot, place) => knot - inner[place]);
  const least = Math.min(...lengths.filter((length) => length > 0), MINUTE);
  const margin = Math.max((last - first) * 0.02, least * 0.5);
  const begin = edges && edges.from[0] < first - margin ? edges.from[0] : first - margin;
  const end = edges && edges.to[1] > last + margin ? edges.to[1] : last + margin;
  const knots = [begin, ...inner, end];
  const stretches = [];
  let covered = -Infinity;
  let seen = 0;
  for (let place = 0; place + 1 < knots.length; place++) {
    const [from, to] = [knots[place], knots[place + 1]];
    for (; seen < sorted.length && sorted[seen][0] <= from; seen++) covered = Math.max(covered, sorted[seen][1]);
    const edge = place === 0 || place + 2 === knots.length;
    const far = to - from > margin * 1.5 ? WIDTH.edge : WIDTH.margin;
    const wide = WIDTH.least + WIDTH.tenfold * Math.log10(Math.max(1, (to - from) / least));
    stretches.push({ from, to, edge, covered: covered >= to, weight: edge ? far : Math.min(wide, WIDTH.most) });
  }
  markSkips(stretches);
  let sum = 0;
  for (const stretch of stretches) {
    stretch.u = sum;
    sum += stretch.weight;
  }
  for (const stretch of stretches) {
    stretch.u /= sum;
    stretch.weight /= sum;
  }
  return { begin, end, first, last, stretches, least };
}

/** A silence is a skip if it is a minute or far more pressed together than its neighbours. */
function markSkips(stretches) {
  const silent = stretches.filter((stretch) => !stretch.covered && !stretch.edge);
  const pressed = ({ from, to, weight }) => (to - from) / weight;
  const least = Math.min(...silent.map(pressed));
  for (const stretch of silent) {
    stretch.skip = stretch.to - stretch.from >= MINUTE || pressed(stretch) > 12 * least;
  }
  for (const stretch of stretches) {
    if (stretch.edge) stretch.skip = stretch.to - stretch.from >= MINUTE;
  }
}

/** Where on the elastic axis, 0 to 1, a time stands. */
function elasticOf(axis, time) {
  const { stretches } = axis;
  let [low, high] = [0, stretches.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (stretches[middle].from <= time) low = middle;
    else high = middle - 1;
  }
  const { from, to, u, weight } = stretches[low];
  return u + (weight * (time - from)) / (to - from);
}

/** Which time stands at a place of the elastic axis. */
function timeAt(axis, u) {
  const stretch = axis.stretches.findLast((one) => one.u <= u) || axis.stretches[0];
  return stretch.from + ((u - stretch.u) / stretch.weight) * (stretch.to - stretch.from);
}

/** The burst around a time: from the last skip before it to the next. */
function burstAt(axis, time) {
  const place = axis.stretches.findLastIndex((one) => one.from <= time);
  if (place < 0 || axis.stretches[place].skip || axis.stretches[place].edge) return null;
  const ends = (one) => one.skip || one.edge;
  let [low, high] = [place, place];
  while (low > 0 && !ends(axis.stretches[low - 1])) low--;
  while (high + 1 < axis.stretches.length && !ends(axis.stretches[high + 1])) high++;
  return [axis.stretches[low].from, axis.stretches[high].to];
}

/** What is seen: all of it, on the elastic axis. */
const wholeView = () => ({ linear: false, from: 0, to: 1 });

/** Gives for a view the function from time to x. */
function mapping(axis, view, width) {
  const span = view.to - view.from;
  return view.linear
    ? (time) => (width * (time - view.from)) / span
    : (time) => (width * (elasticOf(axis, time) - view.from)) / span;
}

/** The time at an x. */
function timeOf(axis, view, width, x) {
  const share = view.from + ((view.to - view.from) * x) / width;
  return view.linear ? share : timeAt(axis, share);
}

/** The same stretch of time on the other axis. */
function asLinear(axis, view) {
  return view.linear ? view : { linear: true, from: timeAt(axis, view.from), to: timeAt(axis, view.to) };
}

function asElastic(axis, view) {
  if (!view.linear) return view;
  return { linear: false, from: elasticOf(axis, Math.max(view.from, axis.begin)), to: elasticOf(axis, Math.min(view.to, axis.end)) };
}

/** Keeps a view within the axis. */
function held(axis, view) {
  const [begin, end] = view.linear ? [axis.begin, axis.end] : [0, 1];
  const least = view.linear ? Math.min(axis.least / 200, (end - begin) / 2) : 1e-4;
  const span = Math.min(Math.max(view.to - view.from, least), end - begin);
  const middle = (view.from + view.to) / 2;
  const from = Math.min(Math.max(middle - span / 2, begin), end - span);
  return { ...view, from, to: from + span };
}

/** Zooms by a factor around the time at share 0..1 of the width. */
function zoomed(axis, view, factor, share) {
  const anchor = view.from + (view.to - view.from) * share;
  const next = held(axis, { ...view, from: anchor - (anchor - view.from) / factor, to: anchor + (view.to - anchor) / factor });
  return view.linear ? maybeElastic(axis, next, factor, share) : maybeLinear(axis, next, factor, share);
}

/** Zooming into one burst goes on in linear time. */
function maybeLinear(axis, view, factor, share) {
  if (factor <= 1) return view;
  const at = timeOf(axis, view, 1, share);
  const burst = burstAt(axis, at);
  if (!burst) return view;
  const room = elasticOf(axis, burst[1]) - elasticOf(axis, burst[0]);
  if (view.to - view.from > Math.max(room * 1.6, 0)) return view;
  return burstView(axis, burst);
}

/** A burst with some margin, in linear time. */
function burstView(axis, burst) {
  const margin = (burst[1] - burst[0]) * 0.12;
  return held(axis, { linear: true, from: burst[0] - margin, to: burst[1] + margin });
}

/** Zooming out of a burst goes on in elastic time. */
function maybeElastic(axis, view, factor, share) {
  if (factor >= 1 || view.chosen) return view;
  const burst = burstAt(axis, view.from + (view.to - view.from) * share) || burstAt(axis, (view.from + view.to) / 2);
  if (burst && view.to - view.from <= (burst[1] - burst[0]) * 1.6) return view;
  const centre = burst ? (burst[0] + burst[1]) / 2 : (view.from + view.to) / 2;
  const u = elasticOf(axis, Math.min(Math.max(centre, axis.begin), axis.end));
  const room = burst ? (elasticOf(axis, burst[1]) - elasticOf(axis, burst[0])) * 1.8 : 0.3;
  return held(axis, { linear: false, from: u - room / 2, to: u + room / 2 });
}

const STEPS = [1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 2e7, 5e7, 1e8, 2e8, 5e8,
  1e9, 2e9, 5e9, 10e9, 15e9, 30e9, 60e9, 120e9, 300e9, 600e9, 900e9, 1800e9, 3600e9, 7200e9, 10800e9, 21600e9,
  43200e9, 86400e9, 172800e9, 604800e9, 2419200e9];

/** Round times between two, about `room` pixels apart: [{time, text}]. */
function ticks(from, to, width, room, base) {
  const wanted = ((to - from) / Math.max(width, 1)) * room;
  const step = STEPS.find((one) => one >= wanted) || STEPS.at(-1);
  const day = (base % 86400e3) * 1e6;
  const found = [];
  for (let time = Math.ceil((from + day) / step) * step - day; time <= to && found.length < 60; time += step) {
    found.push({ time, text: clockText(base, time, step) });
  }
  return found;
}

function clockText(base, time, step) {
  const whole = base + Math.floor(time / 1e6 + 1e-6);
  const iso = new Date(whole).toISOString();
  if (step >= 86400e9) return iso.slice(5, 10);
  if (step >= MINUTE) return iso.slice(11, 16);
  if (step >= 1e9) return iso.slice(11, 19);
  if (step >= 1e6) return iso.slice(11, 23);
  const micros = Math.round((((time % 1e9) + 1e9) % 1e9) / 1e3) % 1e6;
  return `${iso.slice(17, 19)}.${String(micros).padStart(6, "0")}`;
}
