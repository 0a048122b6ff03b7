// Data: base64, gzip, JSON. Nothing is fetched; everything stands in this file.

/** A message in place of the page. */
function fail(message) {
  const status = at("status");
  status.className = "failure";
  status.textContent = message;
  status.hidden = false;
}

async function inflate(id) {
  const text = atob(at(id).textContent);
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

/** Details by block, once read. */
const parts = new Map();

/** The details of a row of the table of therapists, or null if the page does not hold them. */
async function detailOf(row) {
  if (row >= front.details) return null;
  for (let part = 0, first = 0; at(`part-${part}`); part++) {
    if (!parts.has(part)) {
      const held = Number(at(`part-${part}`).dataset.details);
      if (row >= first + held) {
        first += held;
        continue;
      }
      parts.set(part, (await inflate(`part-${part}`)).map(unpacked));
    }
    const details = parts.get(part);
    if (row < first + details.length) return details[row - first];
    first += details.length;
  }
  return null;
}

/** Details with their places, `[from, until]`, where the data have the places' numbers. */
function unpacked(detail) {
  let from = 0;
  const places = detail.places.map(([distance, width]) => {
    from += distance;
    return [from, from + width];
  });
  const place = (number) => (number === null ? null : places[number]);
  detail.findings = detail.findings.map(([from, to, evidence]) => ({ from: place(from), to: place(to), evidence }));
  if (!detail.events) return detail;
  if (detail.log) {
    const [from, to, before, after] = detail.log;
    detail.log = { from: place(from), to: place(to), before, after };
  }
  for (const run of detail.runs) [run.from, run.to] = [place(run.from), place(run.to)];
  detail.labels = detail.labels.map(([object, label, how, from, to]) => [object, label, how, place(from), place(to)]);
  detail.fields = detail.fields.map(([field, object, from, to]) => [field, object, place(from), place(to)]);
  detail.events.at = detail.events.at.map(place);
  return detail;
}

/** A gap in the fewest columns: `>692 ms and <694 ms` as `692–694 ms`, `>0 s and <2 s` as `<2 s`. */
const short = (gap) => gap.replace(/^>0 \S+ and /, "").replace(/^>([\d ]+) (\S+) and <([\d ]+) (\S+)$/, "$1–$3 $4").replace(/^about /, "");

/** Turns columns into rows: {a: [1, 2], b: [3, 4]} into [{a: 1, b: 3}, {a: 2, b: 4}]. */
function rowsOf(columns) {
  const names = Object.keys(columns);
  const length = names.length ? columns[names[0]].length : 0;
  const rows = new Array(length);
  for (let row = 0; row < length; row++) {
    const one = { row };
    for (const name of names) one[name] = columns[name][row];
    rows[row] = one;
  }
  return rows;
}

let front = null;
let therapists = [];
let findings = [];

async function load() {
  front = await inflate("front");
  const { states, ...columns } = front.therapists;
  therapists = rowsOf(columns);
  findings = rowsOf(front.findings);
  for (const one of therapists) {
    const [number, also, name, risk, certainty] = states[one.end];
    one.state = { number, also, name, risk, certainty };
    [one.labels, one.fields] = one.board;
    one.findings = [];
    one.worst = -1;
  }
  for (const found of findings) {
    [found.objects, found.summary] = found.says;
    found.words = front.words.rules[found.rule] || found.rule;
    const one = therapists[found.therapist];
    if (!one) continue;
    one.findings.push(found);
    found.number = one.findings.length;
    one.worst = Math.max(one.worst, found.severity);
  }
}
