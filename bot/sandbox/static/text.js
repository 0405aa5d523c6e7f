// Words with their formatting: entities of classic messages, RichText of rich ones.
import { make } from "./dom.js";
import { language, say } from "./words.js";
import { store } from "./store.js";

/** What links and commands in a message do; set once by whoever shows the chat. */
export const deeds = { command() {}, deepLink() {}, share() {}, search() {} };

/** Offsets count UTF-16 units, as JavaScript's strings do. */
export function formatted(text, entities) {
  const sorted = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  let next = 0;
  function range(start, end) {
    const nodes = [];
    let at = start;
    while (next < sorted.length && sorted[next].offset < end) {
      const entity = sorted[next++];
      const from = Math.max(entity.offset, at);
      const to = Math.min(entity.offset + entity.length, end);
      if (to <= from) continue;
      if (from > at) nodes.push(text.slice(at, from));
      nodes.push(wrapped(entity, text.slice(from, to), range(from, to)));
      at = to;
    }
    if (at < end) nodes.push(text.slice(at, end));
    return nodes;
  }
  return range(0, text.length);
}

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", marked: "mark", subscript: "sub",
  superscript: "sup",
};

function wrapped(entity, words, inner) {
  if (TAGS[entity.type]) return make(TAGS[entity.type], {}, ...inner);
  switch (entity.type) {
    case "pre": return code(inner, entity.language);
    case "blockquote": return make("blockquote", {}, ...inner);
    case "expandable_blockquote": return expandable(make("blockquote", {}, ...inner), words.length > 160);
    case "text_link": return link(entity.url, inner);
    case "url": return link(/^[a-z]+:/i.test(words) ? words : `http://${words}`, inner);
    case "email": return link(`mailto:${words}`, inner);
    case "phone_number": return link(`tel:${words.replace(/[^+\d]/g, "")}`, inner);
    case "spoiler": return spoiler(inner);
    case "date_time": return moment(entity.unix_time, entity.date_time_format, inner);
    case "bot_command": return act(inner, () => deeds.command(words));
    case "hashtag": case "cashtag": case "mention": case "text_mention": return make("span.tag", {}, ...inner);
    default: return make("span", {}, ...inner);
  }
}

/** RichText: a string, a list, or an object with its type. */
export function rich(content) {
  if (typeof content === "string") return [content];
  if (Array.isArray(content)) return content.flatMap(rich);
  const inner = () => rich(content.text ?? "");
  if (TAGS[content.type]) return [make(TAGS[content.type], {}, ...inner())];
  switch (content.type) {
    case "url": return [link(content.url, inner())];
    case "email_address": return [link(`mailto:${content.email_address}`, inner())];
    case "phone_number": return [link(`tel:${content.phone_number}`, inner())];
    case "spoiler": return [spoiler(inner())];
    case "date_time": return [moment(content.unix_time, content.date_time_format, inner())];
    case "custom_emoji": return [make("span.emoji", {}, content.alternative_text)];
    case "bot_command": return [act(inner(), () => deeds.command(content.bot_command))];
    case "anchor": return [make("span.anchor", { "data-anchor": content.name })];
    case "reference": return [make("span.anchor", { "data-anchor": content.name }, ...inner())];
    case "anchor_link": return [jump(content.anchor_name, inner())];
    case "reference_link": return [jump(content.reference_name, inner())];
    case "mathematical_expression": return [make("code.formula", {}, content.expression)];
    case "button": return [deeds.button(content.button)];
    default: return [make(content.text ? "span.tag" : "span", {}, ...inner())];
  }
}

function act(inner, deed) {
  return make("button.as-link", { type: "button", onclick: deed }, ...inner);
}

function jump(name, inner) {
  return act(inner, (event) => {
    const message = event.currentTarget.closest(".message");
    const goal = name ? message.querySelector(`[data-anchor="${CSS.escape(name)}"]`) : message;
    goal?.scrollIntoView({ block: "center" });
  });
}

export function code(inner, name) {
  return make("pre", { tabindex: 0 }, name ? make("span.code-name", {}, name) : null, make("code", {}, ...inner));
}

export function expandable(quote, long) {
  if (!long) return quote;
  const box = make("div.expandable", {}, quote);
  const more = make("button.as-link.expand", { type: "button", "aria-expanded": "false" }, say("show_all"));
  more.addEventListener("click", () => {
    const open = box.classList.toggle("open");
    more.setAttribute("aria-expanded", String(open));
    more.textContent = say(open ? "show_less" : "show_all");
  });
  box.append(more);
  return box;
}

function spoiler(inner) {
  const words = make("span", { "aria-hidden": "true" }, ...inner);
  const node = make("span.spoiler", { role: "button", tabindex: 0, "aria-label": say("hidden_words") }, words);
  const show = (event) => {
    if (node.classList.contains("shown") || (event.key && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    node.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
    words.removeAttribute("aria-hidden");
  };
  node.addEventListener("click", show);
  node.addEventListener("keydown", show);
  return node;
}

/** A moment in the reader's own time: `r` relative, or of w day of the week, d/D date, t/T time. */
function moment(unix, format, inner) {
  const date = new Date(unix * 1000);
  const node = make("time", { datetime: date.toISOString(), title: date.toLocaleString(language) });
  const words = written(date, format || "");
  node.append(...(words ? [words] : inner));
  return node;
}

function written(date, format) {
  if (format === "r") {
    const minutes = Math.round((date - Date.now()) / 60000);
    const [value, unit] = Math.abs(minutes) < 60 ? [minutes, "minute"]
      : Math.abs(minutes) < 1440 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
    return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(value, unit);
  }
  const options = {};
  if (format.includes("w")) options.weekday = "long";
  if (format.includes("D")) Object.assign(options, { day: "numeric", month: "long", year: "numeric" });
  if (format.includes("d")) Object.assign(options, { day: "numeric", month: "numeric", year: "numeric" });
  if (format.includes("T")) Object.assign(options, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  if (format.includes("t")) Object.assign(options, { hour: "2-digit", minute: "2-digit" });
  return Object.keys(options).length ? date.toLocaleString(language, options) : "";
}

/** What an address of Telegram's own asks for; null for any other. */
export function ownLink(url) {
  const found = /^(?:https?:\/\/)?(?:www\.)?(?:t|telegram)\.me\/([^/?#]+)(\/[^?#]*)?(?:\?([^#]*))?/i.exec(url);
  const told = new URLSearchParams(found?.[3] || "");
  if (found?.[1].toLowerCase() === store.bot.username.toLowerCase()) return { kind: "start", payload: told.get("start") || "" };
  if (found?.[1] === "share") return { kind: "share", url: told.get("url") || "", text: told.get("text") || "" };
  const resolved = /^tg:\/\/resolve\?([^#]*)/i.exec(url);
  const asked = new URLSearchParams(resolved?.[1] || "");
  if (asked.get("domain")?.toLowerCase() === store.bot.username.toLowerCase()) return { kind: "start", payload: asked.get("start") || "" };
  return null;
}

/** True when the page itself does what the address asks for. */
export function follow(url) {
  const own = ownLink(url);
  if (own?.kind === "start") deeds.deepLink(own.payload);
  if (own?.kind === "share") deeds.share(own);
  return own !== null;
}

export function link(url, inner) {
  const safe = /^(https?|tg|mailto|tel):/i.test(url);
  const node = make("a", { href: safe ? url : null, target: "_blank", rel: "noopener noreferrer" }, ...inner);
  node.addEventListener("click", (event) => { if (follow(url)) event.preventDefault(); });
  return node;
}

