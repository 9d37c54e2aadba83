// What a page does beyond being read: it keeps itself up to date.
//
// Events name rows only; the words come with the page, which is asked for again: of rows that this page has, the answer has the key alone.
import { keys } from "./keys.js";
import { askAgain, gap, link, look, tell } from "./older.js";
import { ask, byId, fails, frame, say, swap, unsay, works } from "./page.js";
import * as rows from "./rows.js";

const REFRESH_MS = 300, SILENCE_MS = 40_000, LOOK_MS = 5_000, HOLE_PX = 400;
const body = document.body, news = byId("news"), pause = byId("pause"), announce = byId("announce");
let paused = false, asked = 0, asking = false, failed = false;
let made = byId("main").innerHTML; // as the server made it last
const touched = new Set(); // of which rows events have told since the page was asked for

// ---- keeping up to date

function soon() {
  if (!document.hidden && !asked) asked = setTimeout(refresh, REFRESH_MS);
}

async function refresh() {
  clearTimeout(asked);
  if (asking) return void (asked = setTimeout(refresh, REFRESH_MS));
  asked = 0;
  asking = true;
  const told = [...touched];
  touched.clear();
  try {
    const page = await ask(location.href.replace(/([?&])said=[^&]*/, "$1"), rows.has());
    await frame();
    take(page);
    await askAgain(told);
    if (failed) look();
    failed = false;
    if (source.readyState === EventSource.CLOSED) listen();
  } catch { // the server is away, which the stream of events says, or it was one request; what was told is asked for again
    failed = true;
    told.forEach((key) => touched.add(key));
    if (!lost) asked ||= setTimeout(refresh, fails());
  } finally {
    asking = false;
  }
}

function take(page) {
  for (const name of ["#notices", "#state", "nav", ".head h1", "article > .facts", "article > .wishes"]) {
    const [was, is] = [document.querySelector(name), page.querySelector(name)];
    const isSaid = name === "#notices" && was.querySelector(".good"); // what was just sent stays to be read
    const isPast = name === "#state" && lost; // an answer that came when the stream of events had ended: from before
    if (was && is && was.outerHTML !== is.outerHTML && !isSaid && !isPast) swap(was, is);
  }
  const now = page.getElementById("list") ?? (rows.grows() ? document.createElement("ol") : null); // what is found no more stays, struck through
  if (rows.list() && now) {
    rows.take(now);
    return count();
  }
  const main = page.getElementById("main");
  if (!main || main.innerHTML === made) return;
  made = main.innerHTML;
  swap(byId("main"), main);
  rows.begin();
  look();
}

function count() {
  const said = rows.news();
  news.hidden = !said || paused;
  news.textContent = said;
  const told = paused ? "" : said;
  if (announce.textContent !== told) announce.textContent = told; // or it would be read out again
}

function show() {
  if (!rows.news()) return;
  rows.show((row) => row.after(gap(row.dataset.key, HOLE_PX)));
  link();
  count();
  scrollTo(0, 0);
}

function toggle() {
  paused = !paused;
  pause.setAttribute("aria-pressed", String(paused));
  pause.textContent = paused ? "Go on" : "Pause";
  if (!paused) refresh();
  count();
}

// ---- the stream of events

let source = null, change = body.dataset.change, heard = Date.now(), lost = false;
const kinds = new Set(body.dataset.kinds.split(" "));

function concerning(all) {
  const named = new Set([...document.querySelectorAll("[data-of]")].map((one) => one.dataset.of));
  return all.filter(([kind, key]) => kinds.has(kind) || kind === "notification" || named.has(key)).map(([, key]) => key);
}

function touch(keys) {
  tell(keys);
  for (const key of keys) touched.add(key);
  if (keys.length) soon();
}

function listen() {
  source?.close();
  source = new EventSource(`/events?after=${encodeURIComponent(change)}`);
  const on = (name, act) => source.addEventListener(name, (event) => {
    heard = Date.now();
    works();
    if (event.lastEventId) change = event.lastEventId;
    if (lost) found();
    act(event);
  });
  on("ping", () => {});
  on("state", soon);
  on("reload", () => touch(["*"]));
  on("changes", (event) => touch(concerning(JSON.parse(event.data).rows)));
  source.addEventListener("error", () => {
    lose();
    if (source.readyState === EventSource.CLOSED) { setTimeout(listen, fails()); soon(); } // refused: perhaps the session has ended
  });
}

function lose() {
  if (lost) return;
  lost = true;
  const place = byId("state"), time = new Date().toISOString().slice(11, 16);
  place.className = "state away";
  place.lastElementChild.textContent = "Disconnected";
  say("lost", "Disconnected", ` since ${time} UTC: the board does not answer. What you see is as of then; the page goes on by itself when it is back.`);
}

function found() {
  lost = false;
  unsay("lost");
  look();
  refresh();
}

setInterval(() => { // a connection may be dead without an error, as behind a machine that slept
  if (Date.now() - heard < SILENCE_MS) return;
  heard = Date.now();
  lose();
  listen();
}, LOOK_MS);
if (body.dataset.every) setInterval(() => { if (!lost) soon(); }, 1000 * body.dataset.every);
rows.begin();
listen();
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
addEventListener("pagehide", () => source.close());
addEventListener("pageshow", (event) => { if (event.persisted) { listen(); refresh(); } });
news.addEventListener("click", show);
pause.addEventListener("click", toggle);
pause.hidden = false;
keys({ n: show, p: toggle });
