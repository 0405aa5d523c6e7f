// A rich message: blocks → nodes.
import { icon, make } from "./dom.js";
import { button } from "./buttons.js";
import * as media from "./media.js";
import { code, deeds, expandable, rich } from "./text.js";
import { plain } from "./store.js";
import { say } from "./words.js";

const credit = (words) => (words ? make("cite", {}, ...rich(words)) : null);

function caption(block) {
  if (!block.caption) return null;
  return make("figcaption", {}, make("span", {}, ...rich(block.caption.text ?? "")), credit(block.caption.credit));
}

const about = (block) => (block.caption ? plain(block.caption.text ?? "").slice(0, 140) : "");

function file(block) {
  const options = { about: about(block), hidden: block.has_spoiler };
  switch (block.type) {
    case "photo": return media.photo(block.photo, options);
    case "video": return media.video(block.video, options);
    case "animation": return media.animation(block.animation, options);
    case "audio": return media.audio(block.audio, "audio");
    case "voice_note": return media.audio(block.voice_note, "voice");
    default: return media.documentOf(block.document);
  }
}

/** Nodes of the blocks. `message` is theirs, for the buttons in them. */
export function blocks(content, message) {
  const counter = { n: 0 };
  const next = (one, extra) => button(one, message, `in.${counter.n++}`, extra);
  const before = deeds.button;
  deeds.button = (one) => next(one, ".in-words");
  try {
    return content.map((block) => node(block, next, message));
  } finally {
    deeds.button = before;
  }
}

function node(block, next, message) {
  const inner = (list) => list.map((one) => node(one, next, message));
  switch (block.type) {
    case "paragraph": return make("p", {}, ...rich(block.text));
    // The page itself has the first two levels of headings.
    case "heading": return make(`h${Math.min(6, block.size + 2)}.size-${block.size}`, {}, ...rich(block.text));
    case "pre": return code(rich(block.text), block.language);
    case "footer": return make("p.footer", {}, ...rich(block.text));
    case "divider": return make("hr");
    case "anchor": return make("span.anchor", { "data-anchor": block.name });
    case "mathematical_expression": return make("pre.formula", { tabindex: 0 }, make("code", {}, block.expression));
    case "list": return list(block, inner);
    case "blockquote": return make("blockquote", {}, ...inner(block.blocks), credit(block.credit));
    case "expandable_blockquote":
      return expandable(make("blockquote", {}, ...rich(block.text), credit(block.credit)), plain(block.text).length > 160);
    case "pullquote": return make("aside.pullquote", { role: "note" }, make("p", {}, ...rich(block.text)), credit(block.credit));
    case "collage": return make("figure", {}, collage(block.blocks), caption(block));
    case "slideshow": return make("figure", {}, slideshow(block.blocks), caption(block));
    case "table": return table(block);
    case "details":
      return make("details", { open: block.is_open }, make("summary", {}, ...rich(block.summary)), ...inner(block.blocks));
    case "map": return make("figure", {}, media.map(block.location, { zoom: block.zoom }), caption(block));
    case "buttons": return make(`div.keys.inside.${block.align || "fill"}`, {}, ...block.buttons.map((one) => next(one)));
    case "photo": case "video": case "animation": case "audio": case "voice_note": case "document":
      return make("figure", {}, file(block), caption(block));
    default: return make("p.quiet", {}, say("unknown"));
  }
}

function list(block, inner) {
  const ordered = block.items.some((item) => item.type);
  return make(ordered ? "ol" : "ul", {}, ...block.items.map((item) => {
    const box = item.has_checkbox
      ? make("span.box", { role: "img", "aria-label": item.is_checked ? "☑" : "☐" }, item.is_checked ? icon("check") : null) : null;
    return make(`li${item.has_checkbox ? ".with-box" : ""}`, { value: ordered ? item.value : null, type: item.type || null }, box, ...inner(item.blocks));
  }));
}

function collage(parts) {
  return make(`div.album.of-${Math.min(parts.length, 10)}`, {}, ...parts.map((part) => make("div.tile", {}, file(part))));
}

function slideshow(parts) {
  const slides = parts.map((part, index) => make("div.slide", { hidden: index > 0 },
    file(part), part.caption ? make("div.slide-words", {}, ...rich(part.caption.text ?? ""), credit(part.caption.credit)) : null));
  const place = make("span.slide-place", { "aria-live": "polite" });
  let shown = 0;
  const show = (wanted) => {
    slides[shown].hidden = true;
    shown = (wanted + slides.length) % slides.length;
    slides[shown].hidden = false;
    place.textContent = `${shown + 1} / ${slides.length}`;
    place.setAttribute("aria-label", say("slide", { n: shown + 1, all: slides.length }));
  };
  const step = (name, label, by) => make(`button.slide-step.${name}`, { type: "button", "aria-label": say(label), onclick: () => show(shown + by) }, icon(name));
  show(0);
  return make("div.slideshow", { role: "group", "aria-roledescription": "slideshow" }, ...slides,
    ...(slides.length > 1 ? [step("left", "previous", -1), step("right", "next", 1), place] : []));
}

function table(block) {
  const looks = ["is_bordered", "is_striped", "is_compact"].filter((name) => block[name]).map((name) => `.${name.slice(3)}`).join("");
  const rows = block.cells.map((row) => make("tr", {}, ...row.map((cell) => {
    const where = { colspan: cell.colspan, rowspan: cell.rowspan, scope: cell.is_header ? "col" : null };
    return make(`${cell.is_header ? "th" : "td"}.${cell.align}.v-${cell.valign}`, where, ...(cell.text ? rich(cell.text) : []));
  })));
  const inside = make(`table${looks}`, {}, block.caption ? make("caption", {}, ...rich(block.caption)) : null, make("tbody", {}, ...rows));
  return make("div.table", { tabindex: 0, role: "group", "aria-label": block.caption ? plain(block.caption) : say("article") }, inside);
}
