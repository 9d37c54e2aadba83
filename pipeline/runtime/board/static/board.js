// What a page does beyond being read: it keeps itself up to date, and it can be used by keys.
//
// States change in place at once, also while the page is paused: a kill never waits.  What is new waits behind a button, so that nothing moves under a reader's eyes.
// Events name rows only; the words come with the page, which is asked for again: of rows that this page has, the answer has the key alone.
"use strict";
(() => {
  const REFRESH_MS = 300, SILENCE_MS = 40_000, AGAIN_MS = 5_000, ROWS_MAX = 10_000, ASKED_MAX = 50, LINES_MAX = 200;
  const body = document.body, byId = (id) => document.getElementById(id);
  const news = byId("news"), pause = byId("pause"), announce = byId("announce");
  if (!news) return; // nobody is logged in
  const list = () => byId("list");
  const rowsOf = (from) => new Map([...(from?.children ?? [])].filter((row) => row.dataset.key).map((row) => [row.dataset.key, row]));
  const busy = (place) => place.contains(document.activeElement) || place.querySelector("details[open]");
  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

  let shown = rowsOf(list()); // what stands in the list: key -> element
  let latest = new Map(shown), id = list()?.dataset.id ?? ""; // the page as the server made it last
  let fresh = 0, paused = false, asked = 0, asking = false;
  const touched = new Set(); // of which rows events have told since the page was asked for
  const grows = () => list() && "grows" in list().dataset;

  // ---- notices of the page's own

  function say(name, bold, text, link) {
    if (byId(name)) return;
    const place = document.createElement("p"), [head, rest] = [document.createElement("b"), document.createElement(link ? "a" : "span")];
    Object.assign(place, { id: name, className: "notice bad" }).setAttribute("role", "alert");
    if (link) rest.href = link;
    head.textContent = bold;
    rest.textContent = text;
    place.append(head, rest);
    byId("notices").before(place);
  }
  const unsay = (name) => byId(name)?.remove();

  // ---- keeping up to date

  function soon() {
    if (!document.hidden && !asked) asked = setTimeout(refresh, REFRESH_MS);
  }

  async function ask(address, headers = {}) {
    const answer = await fetch(address, { headers: { accept: "text/html", ...headers } });
    const ended = answer.status === 401 || new URL(answer.url).pathname === "/login";
    if (ended) say("ended", "Your session has ended. ", "Log in again, in another window if you like, to see what is new.", "/login");
    else unsay("ended");
    if (ended || !answer.ok) throw new Error("no page");
    return parsed(await answer.text());
  }

  async function refresh() {
    clearTimeout(asked);
    if (asking) return void (asked = setTimeout(refresh, REFRESH_MS));
    asked = 0;
    asking = true;
    const told = [...touched];
    touched.clear();
    try {
      take(await ask(location.href.replace(/([?&])said=[^&]*/, "$1"), id ? { "x-has": id } : {}));
      await askAgain(told);
    } catch { // the server is away, which the stream of events says; what was told is asked for again
      told.forEach((key) => touched.add(key));
    } finally {
      asking = false;
    }
  }

  function take(page) {
    for (const name of ["notices", "state"]) {
      const [old, now] = [byId(name), page.getElementById(name)];
      if (now && old.outerHTML !== now.outerHTML && !(name === "notices" && old.querySelector(".good"))) old.replaceWith(now);
    }
    const nav = document.querySelector("nav"), navNow = page.querySelector("nav");
    if (navNow && nav.innerHTML !== navNow.innerHTML && !nav.contains(document.activeElement)) nav.replaceWith(navNow);
    const now = page.getElementById("list") ?? (grows() ? document.createElement("ol") : null); // what is found no more stays, struck through
    if (!list() || !now) {
      const [main, mainNow] = [byId("main"), page.getElementById("main")];
      if (!mainNow || main.innerHTML === mainNow.innerHTML || busy(main)) return;
      main.replaceWith(document.adoptNode(mainNow));
      shown = rowsOf(list());
      latest = new Map(shown);
      id = list()?.dataset.id ?? "";
      return;
    }
    for (const name of [".head h1", "article > .facts", "article > .wishes"]) {
      const [was, is] = [document.querySelector(name), page.querySelector(name)];
      if (was && is && was.outerHTML !== is.outerHTML && !busy(was)) was.replaceWith(is);
    }
    const before = latest;
    latest = new Map();
    for (const [key, row] of rowsOf(now)) {
      const known = "same" in row.dataset ? before.get(key) : row;
      if (known) latest.set(key, known);
    }
    id = (latest.size === now.children.length && now.dataset.id) || ""; // with a row that nobody has, all are asked for
    fresh = 0;
    for (const [key, row] of latest) if (!replace(key, row) && !shown.has(key)) fresh += 1;
    tell();
  }

  function replace(key, row) { // in place; whether that was to be done
    const was = shown.get(key);
    if (!was || was === row || was.outerHTML === row.outerHTML) return false;
    if (busy(was)) return true;
    const copy = document.importNode(row, true);
    copy.classList.toggle("picked", was.classList.contains("picked"));
    was.replaceWith(copy);
    shown.set(key, copy);
    return true;
  }

  function tell() {
    news.hidden = !fresh || paused;
    news.textContent = fresh ? `${fresh} new` : "";
    announce.textContent = fresh && !paused ? `${fresh} new` : "";
  }

  async function askAgain(told) { // of changed rows that are shown, and are no more in the page as it is now
    if (!grows()) return;
    const changed = new Set(told), names = new Set();
    for (const [key, row] of shown) if (!latest.has(key) && (changed.has("*") || changed.has(row.dataset.of))) names.add(row.dataset.of);
    const all = [...names];
    for (let at = 0; at < all.length; at += ASKED_MAX) {
      const some = new Set(all.slice(at, at + ASKED_MAX));
      const found = rowsOf((await ask(`/lines?of=${encodeURIComponent([...some].join(","))}`)).getElementById("list"));
      for (const [key, row] of found) replace(key, row);
      if (found.size >= LINES_MAX) continue; // there may be more
      for (const [key, row] of shown) { // what the board has no more, as of a topic that was made anew
        if (!some.has(row.dataset.of) || found.has(key) || latest.has(key)) continue;
        row.remove();
        shown.delete(key);
      }
    }
  }

  function show() {
    if (!fresh) return;
    const picked = document.querySelector(".picked")?.dataset.key, old = list();
    const added = new Set([...latest.keys()].filter((key) => !shown.has(key)));
    if (grows()) { // in order of time: what is new goes before what it is followed by
      let next = old.firstElementChild;
      for (const [key, row] of latest) {
        if (shown.has(key)) next = shown.get(key).nextElementSibling;
        else old.insertBefore(document.importNode(row, true), next);
      }
      for (let row = old.lastElementChild; old.children.length > ROWS_MAX; row = old.lastElementChild) row.remove();
      older();
    } else {
      old.replaceChildren(...[...latest].map(([key, row]) => shown.get(key) ?? document.importNode(row, true)));
    }
    shown = rowsOf(old);
    for (const [key, row] of shown) {
      if (added.has(key)) row.classList.add("fresh");
      row.classList.toggle("picked", key === picked);
    }
    fresh = 0;
    tell();
  }

  function toggle() {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Go on" : "Pause";
    if (!paused) refresh();
    tell();
  }

  // ---- older rows, behind those that are shown

  function older() { // the link goes on behind the last row
    const link = byId("older");
    if (link) link.href = `${location.pathname}?before=${encodeURIComponent(list().lastElementChild.dataset.key)}`;
    if (link && list().children.length >= ROWS_MAX) link.textContent = "Older items, on a page of their own";
  }

  let adding = false;
  async function add() {
    const link = byId("older");
    if (adding || !link || list().children.length >= ROWS_MAX) return;
    adding = true;
    try {
      const page = await ask(link.href), found = rowsOf(page.getElementById("list"));
      for (const [key, row] of found) {
        if (shown.has(key)) continue;
        const copy = document.importNode(row, true);
        list().append(copy);
        shown.set(key, copy);
      }
      if (page.getElementById("older")) older();
      else link.remove();
    } catch { // the link stays, and can be tried again
    } finally {
      adding = false;
    }
  }
  document.addEventListener("click", (event) => {
    if (event.target.id !== "older" || event.ctrlKey || event.metaKey || event.shiftKey || list().children.length >= ROWS_MAX) return;
    event.preventDefault();
    add();
  });
  const near = new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) add(); }, { rootMargin: "1200px" });
  if (byId("older")) near.observe(byId("older"));

  // ---- the stream of events

  let source = null, change = body.dataset.change, heard = Date.now(), lost = false;
  const kinds = new Set(body.dataset.kinds.split(" "));

  function concerns([kind, key]) {
    return kinds.has(kind) || kind === "notification" || document.querySelector(`[data-of="${CSS.escape(key)}"]`);
  }

  function listen() {
    source?.close();
    source = new EventSource(`/events?after=${encodeURIComponent(change)}`);
    const on = (name, act) => source.addEventListener(name, (event) => {
      heard = Date.now();
      if (event.lastEventId) change = event.lastEventId;
      if (lost) found();
      act(event);
    });
    on("ping", () => {});
    on("state", soon);
    on("reload", () => { touched.add("*"); soon(); });
    on("changes", (event) => {
      const rows = JSON.parse(event.data).rows.filter(concerns);
      rows.forEach(([, key]) => touched.add(key));
      if (rows.length) soon();
    });
    source.addEventListener("error", () => {
      lose();
      if (source.readyState === EventSource.CLOSED) { setTimeout(listen, AGAIN_MS); soon(); } // refused: perhaps the session has ended
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
    refresh();
  }

  setInterval(() => { // a connection may be dead without an error, as behind a machine that slept
    if (Date.now() - heard < SILENCE_MS) return;
    heard = Date.now();
    lose();
    listen();
  }, AGAIN_MS);
  listen();
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => { if (event.persisted) { listen(); refresh(); } });
  news.addEventListener("click", show);
  pause.addEventListener("click", toggle);
  pause.hidden = false;

  // ---- keys

  function move(by) {
    const now = document.querySelector("#list > .picked"), all = list();
    const next = now ? (by > 0 ? now.nextElementSibling : now.previousElementSibling) ?? now : all?.firstElementChild;
    if (!next) return;
    now?.classList.remove("picked");
    next.classList.add("picked");
    next.querySelector("a[href], summary")?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    n: show,
    p: toggle,
    g: () => location.assign("/"),
    "/": () => document.querySelector(".find input").select(),
    "?": () => byId("help").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
