// What a page does beyond being read: it keeps itself up to date, and it can be used by keys.
//
// States change in place at once, also while the page is paused: a kill never waits.  What is new waits behind a button, so that nothing moves under a reader's eyes.
// Events name rows only; the words come with the page, which is asked for again and compared row by row.
"use strict";
(() => {
  const body = document.body, byId = (id) => document.getElementById(id);
  const news = byId("news"), pause = byId("pause"), announce = byId("announce");
  if (!news) return; // nobody is logged in
  const list = () => byId("list");
  const rows = (from) => new Map([...(from?.querySelectorAll(":scope > [data-key]") ?? [])].map((row) => [row.dataset.key, row]));
  let waiting = null, paused = false, asked = null, asking = false;

  // ---- keeping up to date

  const busy = (row) => row.contains(document.activeElement) || row.querySelector("details[open]");

  async function refresh() {
    if (asking) return void (asked ??= setTimeout(refresh, 1000));
    asked = null;
    asking = true;
    try {
      const answer = await fetch(location.href.replace(/[?&]said=[^&]*/, ""), { headers: { accept: "text/html" } });
      if (!answer.ok || new URL(answer.url).pathname === "/login") return;
      update(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { // the server is away: EventSource says so, and comes back by itself
    } finally {
      asking = false;
    }
  }

  function update(page) {
    for (const id of ["notices", "state"]) {
      const [old, now] = [byId(id), page.getElementById(id)];
      if (now && old.outerHTML !== now.outerHTML && !(id === "notices" && old.querySelector(".good"))) old.replaceWith(now);
    }
    const nav = document.querySelector("nav"), navNow = page.querySelector("nav");
    if (navNow && nav.innerHTML !== navNow.innerHTML && !nav.contains(document.activeElement)) nav.replaceWith(navNow);
    const [old, now] = [list(), page.getElementById("list")];
    if (!old || !now) {
      const [main, mainNow] = [byId("main"), page.getElementById("main")];
      if (mainNow && main.innerHTML !== mainNow.innerHTML && !busy(main)) main.replaceWith(mainNow);
      return;
    }
    for (const name of [".head h1", "article > .facts"]) {
      const [was, is] = [document.querySelector(name), page.querySelector(name)];
      if (was && is && was.outerHTML !== is.outerHTML) was.replaceWith(is);
    }
    const shown = rows(old);
    let fresh = 0;
    for (const [key, row] of rows(now)) {
      const was = shown.get(key);
      if (!was) fresh += 1;
      else if (was.innerHTML !== row.innerHTML && !busy(was)) {
        const copy = document.importNode(row, true);
        copy.classList.toggle("picked", was.classList.contains("picked"));
        was.replaceWith(copy);
      }
    }
    waiting = now;
    news.hidden = !fresh || paused;
    news.textContent = fresh ? `${fresh} new` : "";
    if (fresh && !paused) announce.textContent = `${fresh} new`;
  }

  function show() {
    if (!waiting) return;
    const before = rows(list()), picked = document.querySelector(".picked")?.dataset.key;
    const now = document.importNode(waiting, true);
    for (const [key, row] of rows(now)) {
      row.classList.toggle("fresh", !before.has(key));
      row.classList.toggle("picked", key === picked);
    }
    list().replaceWith(now);
    waiting = null;
    news.hidden = true;
    announce.textContent = "";
  }

  function toggle() {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Go on" : "Pause";
    if (!paused) refresh();
  }

  const soon = () => { if (!document.hidden) asked ??= setTimeout(refresh, 300); };
  const source = new EventSource(`/events?after=${encodeURIComponent(body.dataset.change)}`);
  for (const name of ["changes", "reload", "state"]) source.addEventListener(name, soon);
  const say = (state, word) => {
    const place = byId("state");
    place.className = `state ${state}`;
    place.lastElementChild.textContent = word;
  };
  let lost = false;
  source.addEventListener("error", () => { lost = true; say("away", "Disconnected"); });
  source.addEventListener("open", () => { if (lost) { lost = false; refresh(); } });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  addEventListener("pagehide", () => source.close());
  news.addEventListener("click", show);
  pause.addEventListener("click", toggle);
  pause.hidden = false;

  // ---- keys

  function move(by) {
    const all = [...rows(list()).values()];
    if (!all.length) return;
    const at = all.findIndex((row) => row.classList.contains("picked"));
    const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
    all[at]?.classList.remove("picked");
    next.classList.add("picked");
    next.querySelector("a[href]")?.focus({ preventScroll: true });
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
