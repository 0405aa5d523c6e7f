// The chat page: what is shown, from the address; what happens, from the sandbox's events.
import { listen, post } from "./api.js";
import { ChatView } from "./chat.js";
import { Composer } from "./composer.js";
import { complain, copy, menu } from "./dialogs.js";
import { setUpPage } from "./page.js";
import { setUpPeople, showPeople } from "./people.js";
import { forget, happened, isPrivate, loadState, on, place, store } from "./store.js";
import { say } from "./words.js";

const $ = (id) => document.getElementById(id);
const BESIDE = "(min-width: 47.51em)";
/** Wide enough for the list beside the chat. */

setUpPage();
const composer = new Composer({ sent: () => chat.toBottom() });
const chat = new ChatView(composer, open);

async function open(id) {
  if (!place(id)) return;
  if (location.hash !== `#${id}`) history.pushState(null, "", `#${id}`);
  $("app").classList.add("open");
  await chat.open(id);
  showPeople();
  if (matchMedia(BESIDE).matches && !composer.field.closest("[hidden]")) composer.field.focus({ preventScroll: true });
}

function close() {
  $("app").classList.remove("open");
  document.querySelector(`[data-place="${store.current}"]`)?.focus();
}

function chatMenu() {
  const there = place(store.current);
  const items = [];
  if (there.kind === "private") {
    const { person } = there;
    const act = person.blocked ? "unblock" : "block";
    items.push({ sign: "block", words: say(act), danger: !person.blocked, deed: () => post(`/users/${person.id}/${act}`).catch(complain) });
  }
  items.push({ sign: "copy", words: say("copy_id", { id: there.id }), deed: () => copy(String(there.id)) });
  menu($("chat-menu"), items);
}

let panel = null;

/** The panel beside the chats; its code is loaded when it is wanted first. */
async function togglePanel() {
  const open = $("drawer").hidden;
  if (open && !panel) {
    const { Panel } = await import("./panel.js");
    panel = new Panel($("panel"), 3);
    $("drawer-title").textContent = say("panel_title");
    $("drawer-hint").textContent = say("panel_hint");
    for (const name of ["aria-label", "title"]) $("drawer-page").setAttribute(name, say("whole_page"));
  }
  $("drawer").hidden = !open;
  $("panel-button").setAttribute("aria-expanded", String(open));
  if (open) { panel.start(); $("drawer-close").focus(); } else { panel.stop(); $("panel-button").focus(); }
}

let painted = 0;
/** Many events in one go are painted once. */
function paintPeople() {
  if (!painted) painted = requestAnimationFrame(() => { painted = 0; showPeople(); });
}

on("event", (event) => {
  chat.happened(event);
  paintPeople();
});
on("state", showPeople);
setUpPeople((id) => open(id).catch(complain));
$("back").addEventListener("click", close);
$("panel-button").addEventListener("click", () => togglePanel().catch(complain));
$("drawer-close").addEventListener("click", () => togglePanel().catch(complain));
$("drawer").addEventListener("keydown", (event) => { if (event.key === "Escape") togglePanel().catch(complain); });
$("chat-menu").addEventListener("click", chatMenu);
addEventListener("popstate", () => { const id = Number(location.hash.slice(1)); if (place(id)) open(id).catch(complain); else close(); });
document.addEventListener("click", (event) => {
  const row = event.target.closest("a.row");
  if (!row || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  open(Number(row.dataset.place)).catch(complain);
});

let known = false;
listen({
  async opened() {
    chat.lost = false;
    try {
      await loadState();
      $("feed-part").hidden = !store.about.can_try_feeds;
      const wanted = Number(location.hash.slice(1));
      forget();
      if (place(store.current) && known) await chat.reload();
      else if (place(wanted)) await open(wanted);
      else if (matchMedia(BESIDE).matches && store.people.size) await open([...store.people.keys()].find(isPrivate));
      known = true;
      document.documentElement.dataset.ready = "true";
    } catch (error) { complain(error); }
  },
  happened,
  lost() { chat.lost = true; chat.status(); },
});
