// What stands in front of the page: alerts, choices, menus, and short notices.
import { avatar, iconButton, icon, make, walk } from "./dom.js";
import { place, store } from "./store.js";
import { say } from "./words.js";

const box = () => document.getElementById("toast");
let timer = 0;

/** A notice that goes away by itself, in a live region. */
export function toast(text) {
  box().textContent = text;
  box().classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => { box().classList.remove("shown"); }, 3000);
}

export const complain = (error) => toast(error.message || String(error));

function opened(dialog) {
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.showModal();
  return dialog;
}

const buttonRow = (...buttons) => make("div.dialog-buttons", {}, ...buttons);

export function alertOf(text) {
  const ok = make("button.strong", { type: "button", autofocus: true }, say("ok"));
  const dialog = make("dialog.card", { "aria-label": text, role: "alertdialog" }, make("p", {}, text), buttonRow(ok));
  ok.addEventListener("click", () => dialog.close());
  opened(dialog);
}

/** What the bot's share button would send; to be copied. */
export function shared({ url, text }) {
  const words = [text, url].filter(Boolean).join("\n");
  const copyIt = make("button.strong", { type: "button" }, say("copy"));
  const close = make("button.soft", { type: "button" }, say("close"));
  const dialog = make("dialog.card", { "aria-label": say("share") }, make("p", {}, say("share")), make("p.excerpt", {}, words), buttonRow(close, copyIt));
  close.addEventListener("click", () => dialog.close());
  copyIt.addEventListener("click", () => { copy(words); dialog.close(); });
  opened(dialog);
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(say("copied"));
  } catch {
    toast(text);
  }
}

/** One of the places; `chosen` is called with its id. */
export function choosePlace(title, ids, chosen) {
  const rows = ids.map((id) => {
    const there = place(id);
    const row = make("button.choice", { type: "button" }, avatar(there.title, there.kind === "private" ? store.bot.id : id, ".small"), make("span", {}, there.title));
    row.addEventListener("click", () => { dialog.close(); chosen(id); });
    return row;
  });
  const cancel = make("button.soft", { type: "button" }, say("cancel"));
  const list = make("div.choices", {}, ...rows);
  list.addEventListener("keydown", (event) => walk(event, rows));
  const dialog = make("dialog.card", { "aria-label": title }, make("h3", {}, title), list, buttonRow(cancel));
  cancel.addEventListener("click", () => dialog.close());
  opened(dialog);
}

let closeOpen = () => {};

/** Items: {sign, words, deed}. The focus comes back to the button that opened it. */
export function menu(anchor, items) {
  closeOpen();
  const nodes = items.map(({ sign, words, deed, danger }) => {
    const item = make(`button.menu-item${danger ? ".danger" : ""}`, { type: "button", role: "menuitem", tabindex: -1 }, icon(sign), make("span", {}, words));
    item.addEventListener("click", () => { closeOpen(); deed(); });
    return item;
  });
  const node = make("div.popup", { role: "menu" }, ...nodes);
  const outside = (event) => { if (!node.contains(event.target) && !anchor.contains(event.target)) closeOpen(); };
  closeOpen = () => {
    node.remove();
    document.removeEventListener("pointerdown", outside, true);
    anchor.removeAttribute("aria-expanded");
    closeOpen = () => {};
  };
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape" || event.key === "Tab") { event.stopPropagation(); event.preventDefault(); closeOpen(); anchor.focus(); }
    else walk(event, nodes);
  });
  document.body.append(node);
  const at = anchor.getBoundingClientRect();
  const mine = node.getBoundingClientRect();
  const below = at.bottom + mine.height + 8 < innerHeight;
  node.style.left = `${Math.max(8, Math.min(at.left, innerWidth - mine.width - 8))}px`;
  node.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - mine.height - 4)}px`;
  anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  nodes[0].focus();
}

/** What became of a feed that somebody wanted to see. */
export function feedShown({ text, problems }) {
  const close = iconButton("close", say("close"), () => dialog.close());
  const dialog = make("dialog.card.broad", { "aria-label": say("own_feed") },
    make("div.dialog-head", {}, make("h2", {}, say("own_feed")), close),
    make("pre.report", { tabindex: 0 }, text),
    ...(problems.length ? [make("h3", {}, say("problems")), make("ul", {}, ...problems.map((one) => make("li", {}, one)))] : []));
  opened(dialog);
}
