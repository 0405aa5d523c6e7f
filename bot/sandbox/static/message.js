// One message, or one album, as a bubble.
import { avatar, iconButton, make } from "./dom.js";
import { inlineKeyboard } from "./buttons.js";
import { album, kindOf, mediaOf } from "./media.js";
import { preview, previewed } from "./preview.js";
import { blocks } from "./rich.js";
import { formatted } from "./text.js";
import { gist, store } from "./store.js";
import { clock, say } from "./words.js";

export const sender = (message) => message.sender_chat?.title || message.from?.first_name || message.chat?.title || "?";
const senderId = (message) => message.sender_chat?.id || message.from?.id || 0;

function reply(message, goTo) {
  const original = message.reply_to_message;
  if (!original) return null;
  return make("button.quote", { type: "button", onclick: () => goTo(original.message_id) },
    make("strong", {}, sender(original)), make("span", {}, gist(original, kindOf).slice(0, 120)));
}

function origin(message) {
  const from = message.forward_origin;
  if (!from) return null;
  const name = from.sender_user?.first_name || from.chat?.title || from.sender_chat?.title || from.sender_user_name || "?";
  return make("div.forwarded", {}, say("forwarded", { name }));
}

function meta(message, over) {
  const parts = [];
  if (message.author_signature) parts.push(make("span", {}, `${message.author_signature},`));
  if (message.edit_date) parts.push(make("span.edited", {}, say("edited")));
  parts.push(make("time", { datetime: new Date(message.date * 1000).toISOString() }, clock(message.date)));
  return make(`span.meta${over ? ".over" : ""}`, {}, ...parts);
}

function reactions(message) {
  const found = store.reactions.get(`${message.chat.id}/${message.message_id}`);
  if (!found?.length) return null;
  return make("div.reactions", {}, ...found.map((one) => make("span.reaction", {}, one.emoji || "★")));
}

/** Words with everything that stands around them, in the order in which it is read. */
function content(parts, goTo) {
  const message = parts[0];
  const nodes = [origin(message), reply(message, goTo)];
  const media = parts.length > 1 ? album(parts) : mediaOf(message);
  const written = parts.find((part) => part.text || part.caption);
  const words = written && make("div.words", {}, ...formatted(written.text || written.caption, written.entities || written.caption_entities));
  const shown = previewed(message);
  const link = shown && preview(shown);
  const above = shown?.show_above_text;
  if (message.rich_message) {
    nodes.push(make("div.rich", { dir: message.rich_message.is_rtl ? "rtl" : null }, ...blocks(message.rich_message.blocks, message)), meta(message));
  } else if (words) {
    if (link && above) nodes.push(link);
    nodes.push(...(written.show_caption_above_media ? [words, media] : [media, words]));
    if (link && !above) nodes.push(link);
    if ((written.show_caption_above_media && media) || (link && !above)) nodes.push(meta(message));
    else words.append(meta(message));
  } else if (media) {
    const pictured = parts.every((part) => part.photo || part.video || part.animation || part.location);
    nodes.push(media, meta(message, pictured));
  } else {
    nodes.push(make("div.words.quiet", {}, say("unknown"), meta(message)));
  }
  return nodes.filter(Boolean);
}

const wide = (message) => Boolean(message.rich_message || message.photo || message.video || message.animation || message.link_preview_options?.show_above_text);

/**
 * `parts`: the messages of an album, or a single one. `look`: mine, first and last of a run by the same sender, grouped
 * (whether several people write here). `acts`: goTo(id), menu(message, anchor).
 */
export function bubble(parts, look, acts) {
  const message = parts[0];
  const inner = content(parts, acts.goTo);
  if (look.named) {
    const name = make(`span.sender.hue-${Math.abs(senderId(message)) % 7}`, {}, sender(message));
    const via = message.via_bot ? make("span.via", {}, ` ${say("via", { name: message.via_bot.username })}`) : "";
    inner.unshift(make("div.sender-line", {}, name, via));
  } else if (message.via_bot) {
    inner.unshift(make("div.sender-line", {}, make("span.via", {}, say("via", { name: message.via_bot.username }))));
  }
  const body = make("div.bubble", {}, ...inner);
  if (inner.length && inner[0].matches?.(".photo, .veiled, .album, .video, .map")) body.classList.add("media-first");
  const who = look.mine ? say("you") : sender(message);
  const node = make("article.message", {
    tabindex: -1, "data-id": message.message_id, "aria-label": say("sent_by", { name: who, time: clock(message.date) }),
  });
  for (const name of ["mine", "first", "last", "grouped"]) if (look[name]) node.classList.add(name);
  if (wide(message)) node.classList.add("wide");
  if (message.rich_message) node.classList.add("article");
  const more = iconButton("more", say("message_menu"), () => acts.menu(message, more), { tabindex: -1, "aria-haspopup": "menu" });
  more.classList.add("message-more");
  body.addEventListener("contextmenu", (event) => {
    if (String(getSelection())) return;
    event.preventDefault();
    acts.menu(message, more);
  });
  const line = make("div.bubble-line", {}, body, more);
  node.append(...[line, reactions(message), inlineKeyboard(message)].filter(Boolean));
  if (look.grouped && !look.mine) node.prepend(look.last ? avatar(sender(message), senderId(message), ".small") : make("span.avatar-room"));
  return node;
}

