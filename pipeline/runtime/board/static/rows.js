// The rows of the list: those that stand in the page, and the page as the server made it last.
//
// States change in place at once, also while the page is paused: a kill never waits.  What is new waits to be shown.
import { byId, swap } from "./page.js";

const LINES_MAX = 200; // of a page of the server
export const list = () => byId("list");
export const grows = () => list() && "grows" in list().dataset;
export const rowsOf = (from) => new Map([...(from?.children ?? [])].filter((row) => row.dataset.key).map((row) => [row.dataset.key, row]));

export const shown = new Map(); // what stands in the list: key -> element
let latest = new Map(); // what the server made last
let id = "", fresh = 0;

// Which page this one has, for the server: of the rows that it has it is sent the keys alone.
export const has = () => (id ? { "x-has": id } : {});
export const isLatest = (key) => latest.has(key);

// How many rows are new, in words.
export const news = () => (fresh ? `${fresh}${fresh >= LINES_MAX ? "+" : ""} new` : "");

function standing() {
  shown.clear();
  for (const [key, row] of rowsOf(list())) shown.set(key, row);
}

// Begin with the list as it came with its page.
export function begin() {
  standing();
  latest = new Map(shown);
  id = list()?.dataset.id ?? "";
  fresh = 0;
}

// Take the list as the server has made it now: change what stands, and count what is new.
export function take(now) {
  const before = latest;
  latest = new Map();
  fresh = 0;
  for (const [key, row] of rowsOf(now)) {
    const isSame = "same" in row.dataset, known = isSame ? before.get(key) : row;
    if (!known) continue;
    latest.set(key, known);
    if (!shown.has(key)) fresh += 1;
    else if (!isSame) replace(key, row);
  }
  id = (latest.size === now.children.length && now.dataset.id) || ""; // with a row that nobody has, all are asked for
}

// Change a row in place.
export function replace(key, row) {
  const was = shown.get(key);
  if (was && was !== row && was.outerHTML !== row.outerHTML) shown.set(key, swap(was, row));
}

// Put rows where `next` stands, or at the end; those elements that were put there.
export function put(rows, next = null) {
  const made = rows.map(([key, row]) => {
    const copy = document.importNode(latest.get(key) ?? row, true);
    shown.set(key, copy);
    return copy;
  });
  const all = document.createDocumentFragment();
  all.append(...made);
  list().insertBefore(all, next);
  return made;
}

// Show what is new.  Where more has come than a page has, `hole` is told the row behind which there may be more.
export function show(hole) {
  const old = list(), added = [...latest].filter(([key]) => !shown.has(key));
  if (grows()) { // in order of time: what is new goes before what it is followed by
    let next = old.firstElementChild, run = [];
    for (const [key, row] of latest) {
      if (!shown.has(key)) {
        run.push([key, row]);
        continue;
      }
      put(run, next);
      run = [];
      next = shown.get(key).nextElementSibling;
    }
    const end = put(run, next).at(-1);
    if (end && next && latest.size >= LINES_MAX) hole(end);
  } else {
    const rows = [...latest].map(([key, row]) => shown.get(key) ?? document.importNode(row, true));
    const picked = document.querySelector(".picked")?.dataset.key;
    old.replaceChildren(...rows);
    standing();
    shown.get(picked)?.classList.add("picked");
  }
  for (const [key] of added) shown.get(key).classList.add("fresh");
  fresh = 0;
}
