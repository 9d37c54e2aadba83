// Older rows: they come as far as one scrolls, and of those that are far away only the place is kept.
//
// A place is an empty row as high as the rows that it stands for.  When it comes near the window they are asked for
// again, so they are as the board has them by then.  However far one scrolls, the page has ROWS_MAX rows.
import { ask, byId, fails, frame } from "./page.js";
import { grows, isLatest, list, put, replace, rowsOf, shown } from "./rows.js";

const PIECE = 50; // rows that are asked for at once: laid out in 3 ms
const ROWS_MAX = 600, FIRST = 200, NEAR_ROWS = 150; // in the page; those of the first page stay, and so do those near by
const NEAR = "1500px"; // above and below the window
const ASKED_MAX = 50, LINES_MAX = 200; // of /lines

const told = new Set(); // of which rows events have told while others were asked for
const waiting = new Set(); // places near the window
let working = false, again = 0;

const near = new IntersectionObserver((seen) => {
  for (const one of seen) one.isIntersecting ? waiting.add(one.target) : waiting.delete(one.target);
  work();
}, { rootMargin: NEAR });

// Look again which places are near, as when the server is back.
export function look() {
  near.disconnect();
  waiting.clear();
  for (const place of document.querySelectorAll(".gap, #older")) near.observe(place);
}

// Events have told of these rows.
export function tell(keys) {
  if (working) for (const key of keys) told.add(key);
}

async function work() {
  if (working) return;
  working = true;
  try {
    for (let place; (place = [...waiting].at(-1)); ) {
      waiting.delete(place);
      if (place.isConnected && !place.hidden) await fill(place);
    }
  } catch { // the server is away, which the stream of events says, or it was one request
    clearTimeout(again);
    again = setTimeout(look, fails());
  } finally {
    working = false;
  }
}

async function fill(place) {
  const isEnd = place.id === "older", before = isEnd ? lastKey(list().lastElementChild) : place.dataset.before;
  told.clear();
  const page = await ask(`${location.pathname}?before=${encodeURIComponent(before)}&rows=${PIECE}`);
  await frame();
  if (!place.isConnected) return;
  const found = [...rowsOf(page.getElementById("list"))];
  letGo(isEnd ? list().lastElementChild : place);
  if (isEnd) {
    const some = found.filter(([key]) => !shown.has(key));
    put(some);
    place.hidden = !some.length || !page.getElementById("older");
  } else if (!found.length) {
    cut(place);
  } else {
    const met = found.findIndex(([key]) => shown.has(key) || key === place.dataset.last);
    const some = met < 0 ? found : found.slice(0, met + (shown.has(found[met][0]) ? 0 : 1));
    put(some, place);
    if (met >= 0 || found.length < PIECE) place.remove();
    else place.dataset.before = some.at(-1)[0];
  }
  link();
  near.unobserve(place);
  if (place.isConnected) near.observe(place); // there may be more, and it may still be near
  await askAgain([...told]);
}

const lastKey = (row) => row.dataset.last ?? row.dataset.key;

// The link goes on behind the last row, also for who opens it in a window of its own.
export function link() {
  if (byId("older")) byId("older").href = `${location.pathname}?before=${encodeURIComponent(lastKey(list().lastElementChild))}`;
}

function cut(place) { // the board has nothing behind it
  while (place.nextElementSibling) {
    shown.delete(place.nextElementSibling.dataset.key);
    place.nextElementSibling.remove();
  }
  place.remove();
}

function letGo(here) { // rows far from this one, the farthest first; heights are read before anything is changed
  const all = [...list().children], at = all.indexOf(here), pieces = [];
  for (let start = FIRST; start + PIECE <= all.length; ) {
    const piece = all.slice(start, start + PIECE), stays = piece.findLastIndex((row) => !row.dataset.key || row.matches(".picked, :focus-within"));
    if (stays < 0) pieces.push({ piece, far: Math.min(Math.abs(start - at), Math.abs(start + PIECE - at)), before: lastKey(all[start - 1]) });
    start += stays < 0 ? PIECE : stays + 1;
  }
  const some = pieces.filter(({ far }) => far > NEAR_ROWS).sort((one, other) => other.far - one.far);
  const count = Math.max(0, Math.ceil((shown.size + PIECE - ROWS_MAX) / PIECE));
  const measured = some.slice(0, count).map((one) => ({ ...one, height: one.piece.at(-1).getBoundingClientRect().bottom - one.piece[0].getBoundingClientRect().top }));
  for (const { piece, before, height } of measured) {
    const made = gap(before, height);
    made.dataset.last = piece.at(-1).dataset.key;
    piece[0].before(made);
    for (const row of piece) {
      shown.delete(row.dataset.key);
      row.remove();
    }
  }
}

// A place for the rows behind this one.
export function gap(before, height) {
  const made = document.createElement("li");
  made.className = "gap";
  made.ariaHidden = "true";
  made.dataset.before = before;
  made.style.height = `${height}px`;
  near.observe(made);
  return made;
}

// Changed rows that are shown, and are no more in the page as the server makes it now.
export async function askAgain(changed) {
  if (!grows()) return;
  const some = new Set(changed), names = new Set();
  for (const [key, row] of shown) if (!isLatest(key) && (some.has("*") || some.has(row.dataset.of))) names.add(row.dataset.of);
  const all = [...names];
  for (let at = 0; at < all.length; at += ASKED_MAX) {
    const asked = new Set(all.slice(at, at + ASKED_MAX));
    const found = rowsOf((await ask(`/lines?of=${encodeURIComponent([...asked].join(","))}`)).getElementById("list"));
    await frame();
    for (const [key, row] of found) replace(key, row);
    if (found.size >= LINES_MAX) continue; // there may be more
    for (const [key, row] of shown) { // what the board has no more, as of a topic that was made anew
      if (!asked.has(row.dataset.of) || found.has(key) || isLatest(key)) continue;
      row.remove();
      shown.delete(key);
    }
  }
}

document.addEventListener("click", (event) => {
  if (event.target.id !== "older" || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  waiting.add(event.target);
  work();
});
if (grows()) look();
