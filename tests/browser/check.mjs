// Checks of the interactive page. Usage: node check.mjs FOLDER CHROMIUM
//
// Every page opened here is watched: a message on its console, an error, a dialog, a violation of
// its policy or a request for anything but itself fails the check.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [folder, executablePath] = process.argv.slice(2);
const ARGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
/** Milliseconds from navigation to a table that answers. */
const USABLE = 2000;
/** Bytes of a page. */
const BYTES = 5_000_000;

const browser = await chromium.launch({ executablePath, args: ARGS });
const checks = [];
const check = (name, act) => checks.push({ name, act });

/** Opens a page and lets `act` look at it. */
async function open(name, act, { hash = "", ready = true, init, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, offline: true, ...options });
  const page = await context.newPage();
  const seen = [];
  page.on("console", (message) => seen.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => seen.push(`error: ${error.stack}`));
  page.on("dialog", (dialog) => seen.push(`dialog: ${dialog.message()}`) && dialog.dismiss());
  const address = `file://${join(folder, name)}.html`;
  page.on("request", (request) => {
    const url = request.url().split("#")[0];
    if (url !== address && !url.startsWith("data:")) seen.push(`request: ${url}`);
  });
  if (options.javaScriptEnabled !== false) {
    await page.addInitScript(() => {
      window.violations = [];
      document.addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
    });
    if (init) await page.addInitScript(init);
  }
  await page.goto(address + hash);
  if (ready) await page.waitForSelector("body[data-ready]");
  await act(page, context);
  if (ready) assert.deepEqual(await page.evaluate(() => window.violations), [], "the policy holds");
  assert.deepEqual(seen, [], "nothing unexpected happens");
  await context.close();
}

const text = (page, selector) => page.locator(selector).first().innerText();
const marks = (page) => page.locator(".picture .event[data-event]").evaluateAll((nodes) =>
  nodes.map((node) => ({ event: Number(node.dataset.event), x: Number(/translate\(([-\d.]+)/.exec(node.getAttribute("transform"))[1]) })));
const settled = (page) => page.waitForTimeout(320);

check("opens quietly, and the first number is STILL WRONG NOW", () => open("july4-2025", async (page) => {
  assert.match(await text(page, ".hero .first"), /^1\s+STILL WRONG NOW/);
  assert.match(await text(page, "#overview"), /5 lines = 5 used \+ 0 ignored \+ 0 unread/);
  assert.equal(await page.locator("#therapist .card").count(), 4);
  assert.match(await text(page, "#therapist h1"), /Therapist\s+48213/);
}));

check("a quiet log reads as such", () => open("healthy-day", async (page) => {
  assert.match(await text(page, ".hero .first"), /^0\s+STILL WRONG NOW/);
  assert.ok(await page.locator("#lists tbody tr").count() > 0);
}));

check("July 4: gaps as intervals, never more exact than the log", () => open("july4-2025", async (page) => {
  const texts = await page.locator(".picture text").allTextContents();
  for (const gap of ["5 h 33 m", "<2 s", "17 m 47 s", "23 m 54 s"]) assert.ok(texts.includes(gap), `${gap} in ${texts}`);
  const all = await page.locator("main").innerText();
  assert.doesNotMatch(all, /(^|[^\d.<>])(0 ms|0 s|1 s) (apart|gap|later)|gap (0 ms|1 s)/);
  assert.match(all, /gap\s+>0 s and <2 s/);
}));

check("In numbers: rates with their interval, and a way to the busiest therapist", () => open("many", async (page) => {
  const told = await text(page, ".numbers");
  assert.match(told, /[\d,]+ of [\d,]+ therapists/);
  assert.match(told, /duplicate runs, certain\s+[\d,]+ of [\d,]+ runs: \d+\.\d per 1,000 \(\d+\.\d to \d+\.\d\)/);
  assert.match(told, /median gap between runs\s+\d/);
  const first = page.locator(".numbers tbody a").first();
  const id = await first.innerText();
  await first.click();
  await page.waitForSelector("body[data-view=therapist]");
  assert.match(await text(page, "#therapist h1"), new RegExp(id));
}));

check("search finds a therapist, an object and a rule", () => open("many", async (page) => {
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  const first = () => text(page, "#panel-therapists tbody th");
  const isFirst = (id) => page.waitForFunction((id) => document.querySelector("#panel-therapists tbody th")?.textContent === id, id);
  await page.keyboard.type("10042");
  await isFirst("10042");
  const object = (await text(page, "#panel-therapists tbody .pair")).split(/\s/)[0];
  await page.locator("#search").fill(object);
  await page.waitForFunction(() => document.querySelector("#badge-therapists").textContent === "1");
  assert.equal(await first(), "10042");
  await page.locator("#search").fill("dual-attested overwrite");
  await page.waitForFunction(() => document.querySelector("#badge-therapists").textContent !== "1");
  assert.ok(await page.locator("#panel-therapists tbody tr").count() > 10);
  await page.locator("#search").fill("10042");
  await isFirst("10042");
  await page.keyboard.press("Enter");
  await page.waitForSelector("body[data-view=therapist]");
  assert.match(page.url(), /#therapist=10042$/);
}));

check("the tables sort and turn", () => open("many", async (page) => {
  const events = () => page.locator("#panel-therapists tbody td:last-child").allInnerTexts();
  const head = page.locator("#panel-therapists th[data-key=events]");
  await head.getByRole("button").click();
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  const down = (await events()).map(Number);
  assert.deepEqual(down, [...down].sort((one, other) => other - one));
  await head.getByRole("button").click();
  const up = (await events()).map(Number);
  assert.deepEqual(up, [...up].sort((one, other) => one - other));
  assert.ok(up[0] < down[0]);
  const first = await text(page, "#panel-therapists tbody th");
  await page.locator("#panel-therapists .pager button").last().click();
  assert.notEqual(await text(page, "#panel-therapists tbody th"), first);
  assert.ok(await page.locator("#lists tbody tr").count() <= 100, "only what is seen is made");
}));

check("deep links, back and forward", () => open("seconds", async (page) => {
  assert.match(await text(page, "#therapist h1"), /Therapist\s+10010/);
  assert.ok(await page.locator("#lists").isHidden());
  const href = await page.locator(".card .rule").first().getAttribute("href");
  await page.locator(".card .rule").first().click();
  await page.waitForFunction((hash) => location.hash === hash, href);
  await page.goBack();
  await page.waitForFunction(() => location.hash.startsWith("#therapist=10010"));
  await page.goForward();
  await page.waitForFunction((hash) => location.hash === hash, href);
  await page.waitForFunction(() => document.activeElement.matches("article.card"));
  await page.locator("#home").click();
  await page.waitForSelector("body[data-view=list]");
  assert.ok(await page.locator("#lists").isVisible());
}, { hash: "#therapist=10010" }));

check("a link to nothing says so", () => open("july4-2025", async (page) => {
  assert.match(await text(page, "#status"), /not on this page/);
  assert.ok(await page.locator("#lists").isVisible());
}, { hash: "#therapist=%3Cscript%3E" }));

check("zoom and pan by key, wheel, button and drag", () => open("july4-2025", async (page) => {
  const span = async () => {
    const found = await marks(page);
    return found.find(({ event }) => event === 2).x - found.find(({ event }) => event === 1).x;
  };
  const whole = await span();
  await page.locator(".chart").focus();
  for (let turn = 0; turn < 3; turn++) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("+");
  await settled(page);
  const near = await span();
  assert.ok(near > whole * 1.3, `${near} > ${whole}`);
  for (let turn = 0; turn < 6; turn++) {
    await page.keyboard.press("+");
    await settled(page);
  }
  assert.equal(await page.locator("button.axis[data-linear=true]").getAttribute("aria-pressed"), "true", "a burst is linear");
  await page.keyboard.press("0");
  await settled(page);
  assert.ok(Math.abs(await span() - whole) < 1);
  await page.locator(".chart").scrollIntoViewIfNeeded();
  const box = await page.locator(".event[data-event='1']").boundingBox();
  await page.mouse.move(box.x + 5, box.y + 5);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -300);
  await page.keyboard.up("Control");
  await settled(page);
  assert.ok(await span() > whole * 1.5);
  const before = await marks(page);
  await page.mouse.move(box.x, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + 60, box.y + 40, { steps: 4 });
  await page.mouse.up();
  await settled(page);
  const after = await marks(page);
  const moved = after.find(({ event }) => event === 1).x - before.find(({ event }) => event === 1).x;
  assert.ok(moved > 40, `dragged by ${moved}`);
  await page.getByRole("button", { name: "Show all (0)" }).click();
  await settled(page);
  assert.ok(Math.abs(await span() - whole) < 1);
}));

check("the linear axis is linear", () => open("duplicate-run", async (page) => {
  await page.locator("button.axis[data-linear=true]").click();
  await settled(page);
  const found = await marks(page);
  const times = [100, 500, 700, 1000, 1100, 1400, 1600, 2000, 2100, 2500];
  const scale = (found[9].x - found[0].x) / 2400;
  for (const { event, x } of found) {
    const expected = found[0].x + (times[event] - times[0]) * scale;
    assert.ok(Math.abs(x - expected) < 0.5, `event ${event} at ${x}, expected ${expected}`);
  }
}));

check("arrows move, Enter pins, Esc lets go, ? helps", () => open("july4-2025", async (page) => {
  await page.locator(".chart").focus();
  for (let turn = 0; turn < 3; turn++) await page.keyboard.press("ArrowRight");
  assert.match(await text(page, "#live"), /^Event 3 of 5\. 07:04:57\. .*30272441773.*gap >0 s and <2 s/);
  await page.keyboard.press("Enter");
  const panel = await text(page, "#panel");
  for (const part of ["Event 3 of 5 · pinned", "precision", "1 s", ">0 s and <2 s", "july4-2025.log:3", "set to 30272441773"]) {
    assert.ok(panel.includes(part), `${part} in ${panel}`);
  }
  await page.keyboard.press("Home");
  assert.match(await text(page, "#panel"), /Event 1 of 5/);
  await page.keyboard.press("Escape");
  assert.doesNotMatch(await text(page, "#panel"), /pinned/);
  await page.keyboard.press("?");
  assert.ok(await page.locator("dialog[open]").isVisible());
  await page.keyboard.press("Escape");
}));

check("hover shows event, precision, gap and raw line; a click pins and stays in the address", () => open("july4-2025", async (page) => {
  await page.locator(".chart").scrollIntoViewIfNeeded();
  const box = await page.locator(".event[data-event='2']").boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.waitForSelector("#tip:not([hidden])");
  const tip = await text(page, "#tip");
  for (const part of ["07:04:57", "precision 1 s", "gap >0 s and <2 s", "july4-2025.log:3", "therapist_id=48213"]) {
    assert.ok(tip.includes(part), `${part} in ${tip}`);
  }
  await page.mouse.down();
  await page.mouse.up();
  assert.match(await text(page, "#panel"), /Event 3 of 5 · pinned/);
  assert.match(page.url(), /#therapist=48213&event=3$/);
}, { hash: "#therapist=48213" }));

check("a pinned event can be linked to", () => open("july4-2025", async (page) => {
  assert.match(await text(page, "#panel"), /Event 4 of 5 · pinned/);
}, { hash: "#therapist=48213&event=4" }));

check("hostile lines are text", () => open("hostile", async (page) => {
  const body = await page.locator("#therapist").innerText();
  for (const part of ["<script>alert(1)</script>", "\"'><img src=x onerror=alert(2)>", "\\x1b[31mred", "\\u{202e}gnp.exe\\u{2066}", "</script><script>alert(3)</script>", "{{script}}"]) {
    assert.ok(body.includes(part), `${part} is shown`);
  }
  assert.equal(await page.locator("img, iframe, object, embed").count(), 0);
  assert.equal(await page.locator("main script, #tip script").count(), 0);
  assert.equal(await page.locator("script:not([type])").count(), 1);
  assert.doesNotMatch(await page.evaluate(() => document.body.innerText), /[\u001b\u202a-\u202e\u2066-\u2069]/);
  const isolated = await page.locator(".raw bdi").first().evaluate((node) => getComputedStyle(node).unicodeBidi);
  assert.equal(isolated, "isolate");
}, { hash: "#therapist=48213" }));

check("dark as the system has it, and by the button", async () => {
  const ground = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await open("july4-2025", async (page) => {
    assert.equal(await ground(page), "rgb(20, 24, 29)");
    await page.locator("#theme").click();
    assert.equal(await ground(page), "rgb(255, 255, 255)");
  }, { colorScheme: "dark" });
  await open("july4-2025", async (page) => {
    assert.equal(await ground(page), "rgb(255, 255, 255)");
    await page.keyboard.press("t");
    await page.keyboard.press("t");
    assert.equal(await ground(page), "rgb(20, 24, 29)");
  }, { colorScheme: "light" });
});

/** Texts of the chart that stand on one another, or beyond its edge. */
const clashes = (page) => page.evaluate(() => {
  const picture = document.querySelector(".picture");
  const frame = picture.getBoundingClientRect();
  const boxes = [...picture.querySelectorAll("text")].filter((node) => node.textContent.trim())
    .map((node) => ({ text: node.textContent, box: node.getBoundingClientRect() }));
  const found = [];
  for (const [place, { text, box }] of boxes.entries()) {
    if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1) found.push(`${text} is cut`);
    for (const other of boxes.slice(place + 1)) {
      const aside = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      const above = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
      if (aside > 1.5 && above > 5) found.push(`${text} on ${other.text}`);
    }
  }
  return found;
});

for (const width of [390, 800, 1280, 1920]) {
  check(`no label stands on another at ${width} px, and nothing is wider than the page`, async () => {
    for (const name of ["july4-2025", "duplicate-run", "overlapping-runs", "end-state-6", "retry"]) {
      await open(name, async (page) => {
        if (await page.locator(".picture").count()) assert.deepEqual(await clashes(page), [], name);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is too wide`);
      }, { viewport: { width, height: 900 } });
    }
  });
}

check("printed, the whole chart fits the page", async () => {
  for (const [name, hash] of [["july4-2025", "#therapist=48213"], ["duplicate-run", "#therapist=48213"], ["seconds", "#therapist=10010"]]) {
    await open(name, async (page) => {
      // A4 between its margins: 186 by 269 mm at 96 pixels to the inch.
      await page.locator(".chart").focus();
      for (let turn = 0; turn < 4; turn++) await page.keyboard.press("+");
      await settled(page);
      await page.emulateMedia({ media: "print" });
      await page.setViewportSize({ width: 703, height: 1016 });
      await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
      const box = await page.locator(".picture").boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= 703.5, `${name}: ${JSON.stringify(box)}`);
      assert.ok(box.height <= 1016, `${name}: ${box.height} high`);
      assert.equal((await marks(page)).length, await page.locator("#events tbody tr").count(), "every event is on the chart");
      assert.deepEqual(await clashes(page), [], name);
      const style = await page.locator(".chart").evaluate((node) => [getComputedStyle(node).overflow, getComputedStyle(node).breakInside]);
      assert.deepEqual(style, ["visible", "avoid"]);
      assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 704), "nothing is cut at the right");
      assert.equal(await page.locator("main details:not([open])").count(), 0, "all is opened");
      await page.evaluate(() => dispatchEvent(new Event("afterprint")));
      const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true });
      assert.ok(pdf.length > 10_000);
    }, { hash, colorScheme: "dark" });
  }
});

check("ten thousand findings: size, and milliseconds to a table that answers", async () => {
  const size = statSync(join(folder, "many.html")).size;
  assert.ok(size < BYTES, `${size} bytes`);
  const times = [];
  for (let turn = 0; turn < 3; turn++) {
    await open("many", async (page) => {
      times.push(await page.evaluate(() => performance.now()));
      assert.equal(await text(page, "#badge-findings"), "10,000");
      assert.ok(await page.locator("#panel-therapists tbody tr").count() >= 50);
      assert.match(await text(page, ".box.notice"), /10,000 of [\d,]+ findings on this page/);
      const answered = await page.evaluate(async () => {
        const begin = performance.now();
        const search = document.querySelector("#search");
        search.value = "overwrite";
        search.dispatchEvent(new Event("input"));
        const before = document.querySelector("#badge-findings").textContent;
        while (document.querySelector("#badge-findings").textContent === before) await new Promise(requestAnimationFrame);
        return performance.now() - begin;
      });
      times[times.length - 1] += answered;
    });
  }
  const most = Math.max(...times.map(Math.round));
  console.log(`     ${size} bytes, usable after ${times.map(Math.round).join(", ")} ms`);
  assert.ok(most < USABLE, `${most} ms`);
});

check("a therapist of the large page opens at once", () => open("many", async (page) => {
  const took = await page.evaluate(async () => {
    const begin = performance.now();
    location.hash = "#therapist=10005";
    while (!document.querySelector("#therapist .picture *") && performance.now() - begin < 5000) await new Promise(requestAnimationFrame);
    return performance.now() - begin;
  });
  assert.ok(took < 1000, `${took} ms`);
}));

check("names and roles for those who do not see it", () => open("duplicate-run", async (page) => {
  const nameless = await page.evaluate(() => [...document.querySelectorAll("button, a[href], select, input")]
    .filter((node) => !(node.textContent.trim() || node.getAttribute("aria-label") || node.labels?.length)).map((node) => node.outerHTML));
  assert.deepEqual(nameless, []);
  assert.equal(await page.locator("table:not(:has(th[scope]))").count(), 0, "every table has heads");
  assert.equal(await page.locator(".chart[tabindex='0'][aria-label]").count(), 1);
  assert.equal(await page.locator("#live[aria-live=polite]").count(), 1);
}));

check("without DecompressionStream it says so", () => open("july4-2025", async (page) => {
  await page.waitForSelector(".failure");
  assert.match(await text(page, "#status"), /cannot unpack/);
}, { ready: false, init: () => { delete window.DecompressionStream; } }));

check("without scripts it says so", () => open("july4-2025", async (page) => {
  assert.match(await text(page, "noscript .failure"), /scripts are off/);
}, { ready: false, javaScriptEnabled: false }));

let failed = 0;
for (const { name, act } of checks) {
  try {
    await act();
    console.log(`ok   ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}\n     ${error.message.split("\n").slice(0, 24).join("\n     ")}`);
  }
}
await browser.close();
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
