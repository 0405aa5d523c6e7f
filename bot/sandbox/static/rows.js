// A chat's messages as rows, and bringing the rows on the page up to date with as little change as possible.
import { make } from "./dom.js";
import { service } from "./media.js";
import { bubble } from "./message.js";
import { day } from "./words.js";

const RUN = 300;
/** Seconds between two messages of one sender that still stand together. */

const writer = (message) => message.sender_chat?.id || message.from?.id || 0;

function together(a, b) {
  return a && b && !a.service && !b.service && writer(a.parts[0]) === writer(b.parts[0])
    && Math.abs(b.parts[0].date - a.parts[0].date) < RUN && a.day === b.day;
}

/** Rows: {key, parts, made()} with `like`, everything that their look depends on. */
export function rowsOf(messages, { me, kind, reactions, acts }) {
  const items = [];
  for (let index = 0; index < messages.length; index++) {
    const parts = [messages[index]];
    const group = messages[index].media_group_id;
    while (group && messages[index + 1]?.media_group_id === group) parts.push(messages[++index]);
    items.push({ parts, service: service(parts[0]), day: new Date(parts[0].date * 1000).toDateString() });
  }
  const rows = [];
  items.forEach((item, index) => {
    const [before, after] = [items[index - 1], items[index + 1]];
    const head = item.parts[0];
    if (item.day !== before?.day) {
      const words = day(head.date);
      rows.push({ key: `day ${item.day}`, like: [words], made: () => make("div.pill.day", { role: "separator", "aria-label": words }, words) });
    }
    const key = `m${head.message_id}`;
    if (item.service) {
      rows.push({ key, like: [head], made: () => make("div.pill", { "data-id": head.message_id }, item.service) });
      return;
    }
    const grouped = kind === "group" || kind === "supergroup";
    const look = {
      mine: kind !== "channel" && head.from?.id === me, grouped,
      first: !together(before, item), last: !together(item, after),
    };
    look.named = (grouped && !look.mine && look.first) || kind === "channel";
    const reaction = reactions.get(`${head.chat.id}/${head.message_id}`);
    rows.push({ key, like: [...item.parts, ...Object.values(look), reaction], made: () => bubble(item.parts, look, acts) });
  });
  return rows;
}

const same = (a, b) => a.length === b.length && a.every((one, index) => one === b[index]);

/** The focus stays where it was also when what had it is made anew. */
function keepFocus(old, fresh) {
  const held = document.activeElement;
  if (!old.contains(held)) return;
  const key = held.closest("[data-key]")?.dataset.key;
  queueMicrotask(() => {
    const goal = (key && fresh.querySelector(`[data-key="${CSS.escape(key)}"]`)) || fresh;
    if (goal.isConnected) goal.focus({ preventScroll: true });
  });
}

export class Rows {
  constructor(box) {
    this.box = box;
    this.shown = new Map();
  }

  clear() {
    this.shown.clear();
    this.box.replaceChildren();
  }

  /** Returns the nodes that are new at the end. `lively`: new and vanishing ones move. */
  show(rows, lively) {
    const wanted = new Set(rows.map((row) => row.key));
    for (const [key, known] of this.shown) {
      if (wanted.has(key)) continue;
      this.shown.delete(key);
      if (lively && known.node.matches(".message")) {
        known.node.classList.add("leaving");
        known.node.inert = true;
        setTimeout(() => known.node.remove(), 220);
      } else known.node.remove();
    }
    let last = null;
    for (const row of rows) {
      let known = this.shown.get(row.key);
      if (!known || !same(known.like, row.like)) {
        const node = row.made();
        if (known) { keepFocus(known.node, node); known.node.replaceWith(node); }
        else if (lively) node.classList.add("arriving");
        known = { node, like: row.like };
        this.shown.set(row.key, known);
      }
      const after = last ? next(last) : next(null, this.box);
      if (known.node !== after) this.box.insertBefore(known.node, after);
      last = known.node;
    }
  }
}

/** The next row, those that are just leaving apart. */
function next(node, box) {
  let one = node ? node.nextSibling : box.firstChild;
  while (one?.classList?.contains("leaving")) one = one.nextSibling;
  return one;
}
