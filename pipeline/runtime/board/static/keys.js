// The keys of a page.
import { byId } from "./page.js";
import { list } from "./rows.js";

function move(by) {
  const now = document.querySelector("#list > .picked"), all = list();
  const next = now ? (by > 0 ? now.nextElementSibling : now.previousElementSibling) ?? now : all?.firstElementChild;
  if (!next?.dataset.key) return; // a place whose rows are on their way
  now?.classList.remove("picked");
  next.classList.add("picked");
  next.querySelector("a[href], summary")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

// Listen to keys: those of every page, and `more`.
export function keys(more) {
  const acts = {
    j: () => move(1),
    k: () => move(-1),
    g: () => location.assign("/"),
    "/": () => document.querySelector(".find input").select(),
    "?": () => byId("help").showModal(),
    ...more,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
