// What the parts of the script share: elements of the page, its notices, frames, and how the server is asked.
export const byId = (id) => document.getElementById(id);
export const frame = () => new Promise(requestAnimationFrame); // what changes the page does it there, all at once

// A notice of the page's own, which stands until it is taken back.
export function say(name, bold, text, link) {
  if (byId(name)) return;
  const place = document.createElement("p"), [head, rest] = [document.createElement("b"), document.createElement(link ? "a" : "span")];
  Object.assign(place, { id: name, className: "notice bad" }).setAttribute("role", "alert");
  if (link) rest.href = link;
  head.textContent = bold;
  rest.textContent = text;
  place.append(head, rest);
  byId("notices").before(place);
}

export const unsay = (name) => byId(name)?.remove();

// How long to wait behind a request that failed: longer each time, so that pages whose session has ended ask little.
const AGAIN_MS = 2_000, AGAIN_MAX_MS = 30_000;
let failures = 0;
export const works = () => { failures = 0; };
export const fails = () => Math.min(AGAIN_MS * 2 ** failures++, AGAIN_MAX_MS);

// A page of the board.  Throws where there is none, as while the server is away.
export async function ask(address, headers = {}) {
  const answer = await fetch(address, { headers: { accept: "text/html", ...headers } });
  const ended = answer.status === 401 || new URL(answer.url).pathname === "/login";
  if (ended) say("ended", "Your session has ended. ", "Log in again, in another window if you like, to see what is new.", "/login");
  else unsay("ended");
  if (ended || !answer.ok) throw new Error("no page");
  works();
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// Put `now` where `was` stands: an open form goes over with what is written in it, and so does the focus.
export function swap(was, now) {
  const copy = document.importNode(now, true), active = document.activeElement;
  const places = (from) => [...from.querySelectorAll("a[href], summary, input, button, select")];
  const at = was.contains(active) ? places(was).indexOf(active) : -1;
  const [from, to] = [active?.selectionStart, active?.selectionEnd];
  for (const open of was.querySelectorAll("details[open]")) {
    const same = counterpart(open, copy);
    if (same && open.matches(".ask")) same.replaceWith(open);
    else if (same) same.open = true;
  }
  copy.classList.toggle("picked", was.classList.contains("picked"));
  was.replaceWith(copy);
  if (at < 0) return copy;
  (copy.contains(active) ? active : places(copy)[Math.min(at, places(copy).length - 1)])?.focus({ preventScroll: true });
  if (copy.contains(active) && from != null) active.setSelectionRange(from, to);
  return copy;
}

function counterpart(open, copy) { // the same in the new row: of a form by what it is about, of others by their class
  const about = (one) => [...one.querySelectorAll("form, input[type=hidden]:not([name=form_token])")].map((each) => each.action ?? each.value).join("\n");
  const all = [...copy.querySelectorAll("details")].filter((one) => one.className === open.className);
  return open.matches(".ask") ? all.find((one) => about(one) === about(open)) : all[0];
}
