// The way around: address, keys, theme, print.

let printing = false;
let turn = 0;

/** `#therapist=ID&event=3` as a map. */
function address() {
  try {
    return new Map(location.hash.slice(1).split("&").filter(Boolean).map((pair) => {
      const place = pair.indexOf("=");
      return place < 0 ? [pair, ""] : [pair.slice(0, place), decodeURIComponent(pair.slice(place + 1))];
    }));
  } catch {
    return new Map();
  }
}

/** Writes the pinned event into the address, without a step to go back to. */
function keepAddress() {
  if (!current || sole()) return;
  const pinned = hand && hand.chart.pinned !== null ? `&event=${hand.chart.pinned + 1}` : "";
  try {
    history.replaceState(null, "", link("therapist", current.id) + pinned);
  } catch {
    // Some browsers refuse it for files; the page works without.
  }
}

/** With one therapist affected there is nothing to choose: it stands below the overview. */
const sole = () => !address().has("therapist") && !address().has("finding");

async function go() {
  const mine = ++turn;
  const asked = address();
  const found = asked.has("finding") ? findings.find((one) => one.id === asked.get("finding")) : null;
  const part = { found, stale: () => mine !== turn };
  let one = found ? therapists[found.therapist] : therapists.find((one) => one.id === asked.get("therapist"));
  const isMissing = !one && (asked.has("finding") || asked.has("therapist"));
  const affected = therapists.filter((one) => one.findings.length);
  const isSingle = Boolean(one);
  if (!one && affected.length === 1) one = affected[0];
  at("tip").hidden = true;
  if (one) await drawTherapist(one, part);
  if (part.stale()) return;
  if (!one) hand = null;
  at("overview").hidden = isSingle;
  at("lists").hidden = isSingle;
  at("therapist").hidden = !one;
  document.body.dataset.view = isSingle ? "therapist" : "list";
  document.title = isSingle ? `Therapist ${one.id} – ${front.title}` : front.title;
  at("status").hidden = !isMissing;
  if (isMissing) at("status").textContent = "The link names something that is not on this page.";
  if (one && hand) measure(hand);
  applyFilters(asked);
  if (found) {
    const card = at(`finding-${found.id}`);
    card.scrollIntoView({ block: "start" });
    card.focus({ preventScroll: true });
    hand && focusFirst(found);
  } else if (isSingle) {
    scrollTo(0, 0);
    at("who").focus({ preventScroll: true });
    const event = Number(asked.get("event"));
    if (hand && event >= 1 && event <= hand.chart.events.length) pinEvent(hand, event - 1);
  }
}

/** Looks at the first event that a finding rests on. */
function focusFirst(found) {
  const place = hand.chart.events.findIndex((event) => (event.findings || []).includes(found.number - 1));
  if (place >= 0) focusEvent(hand, place, "link");
}

/** `#status=1` and `#rule=overwrite` open the tables so filtered. */
function applyFilters(asked) {
  if (!asked.has("status") && !asked.has("rule")) return;
  if (asked.has("status")) filters.status.value = asked.get("status");
  if (asked.has("rule")) filters.rule.value = asked.get("rule");
  show(asked.has("rule") ? "findings" : "therapists");
  refresh();
  at("lists").scrollIntoView({ block: "start" });
}

const THEMES = ["auto", "light", "dark"];

function setTheme(name) {
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  at("theme").textContent = `Theme: ${name}`;
  at("theme").dataset.now = name;
  try {
    localStorage.setItem("credtrail-theme", name);
  } catch {
    // Files may have no storage; then it is as the system has it next time.
  }
}

function startTheme() {
  let name = "auto";
  try {
    name = localStorage.getItem("credtrail-theme") || "auto";
  } catch {
    name = "auto";
  }
  setTheme(THEMES.includes(name) ? name : "auto");
  at("theme").onclick = () => setTheme(THEMES[(THEMES.indexOf(at("theme").dataset.now) + 1) % THEMES.length]);
}

const KEYS = [
  ["/", "search"], ["← →", "event before, event after"], ["Home End", "first event, last event"], ["Enter", "pin or unpin the event"],
  ["Esc", "unpin; leave the search"], ["+ −", "zoom in, zoom out"], ["0", "show all"], ["Shift ← →", "pan"],
  ["z", "open the event's burst, in linear time"], ["t", "change the theme"], ["?", "this list"],
];

function startKeys() {
  const dialog = at("keys");
  dialog.append(el("h2", { id: "keys-title" }, "Keys"),
    el("dl", {}, KEYS.map(([key, name]) => el("div", {}, el("dt", {}, key.split(" ").map((one) => el("kbd", {}, one))), el("dd", {}, name)))),
    el("form", { method: "dialog" }, el("button", {}, "Close")));
  at("help").onclick = () => dialog.showModal();
  document.addEventListener("keydown", onAnyKey);
}

function onAnyKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || at("keys").open) return;
  const isTyping = event.target.closest("input, select, textarea");
  const acts = {
    "?": () => at("keys").showModal(),
    "/": () => at("search").select(),
    t: () => at("theme").click(),
    ...(hand ? {
      "+": () => zoom(hand, 1.6), "=": () => zoom(hand, 1.6), "-": () => zoom(hand, 1 / 1.6), "0": () => look(hand, wholeView()),
      ArrowRight: () => hand.root.focus() || onKey(hand, event), ArrowLeft: () => hand.root.focus() || onKey(hand, event),
      Escape: () => { hand.chart.focus = null; pinEvent(hand, null); at("tip").hidden = true; },
    } : {}),
  };
  if (isTyping) {
    if (event.key !== "Escape") return;
    event.target.blur();
    return;
  }
  if (event.target.closest("[role=tab]") && event.key.startsWith("Arrow")) return;
  const act = acts[event.key];
  if (!act) return;
  act();
  event.preventDefault();
}

function startSearch() {
  let timer = 0;
  at("search").addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (document.body.dataset.view === "therapist") location.hash = "";
      refresh();
      const found = [at("badge-therapists").textContent, at("badge-findings").textContent];
      say(`${found[0]} therapists, ${found[1]} findings`);
    }, 80);
  });
  at("search").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    document.querySelector("#lists [role=tabpanel]:not([hidden]) tbody a")?.click();
  });
}

/** Pixels of the chart on paper, about those of A4 between its margins: so its text stays readable. */
const PAPER = 740;

/** On paper all of the chart is shown, as wide as the page, and everything is opened. */
function startPrint() {
  let before = null;
  addEventListener("beforeprint", () => {
    printing = true;
    before = { view: hand && hand.chart.view, closed: [...document.querySelectorAll("main details:not([open])")] };
    for (const one of before.closed) one.open = true;
    if (hand) {
      hand.chart.view = wholeView();
      hand.motion = null;
      measure(hand, PAPER);
    }
  });
  addEventListener("afterprint", () => {
    printing = false;
    for (const one of before?.closed || []) one.open = false;
    if (hand && before) {
      hand.chart.view = before.view;
      measure(hand);
    }
  });
}

async function start() {
  if (typeof DecompressionStream === "undefined") {
    fail("This browser cannot unpack the page's data (it has no DecompressionStream). A browser from 2023 or later can; the findings are also in report.md and report.json.");
    return;
  }
  startTheme();
  try {
    await load();
  } catch (error) {
    fail(`The page's data could not be read, the file may be cut off: ${error.message}`);
    return;
  }
  drawOverview();
  drawLists();
  startKeys();
  startSearch();
  startPrint();
  at("made").replaceChildren(...front.made.map((line) => el("p", {}, log(line))));
  addEventListener("hashchange", go);
  await go();
  document.body.dataset.ready = "yes";
}

start();
})();
