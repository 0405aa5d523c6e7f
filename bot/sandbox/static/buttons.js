// Buttons: under a message, inside a rich message, and the keyboard below the chat.
import { icon, make } from "./dom.js";
import { follow, rich } from "./text.js";
import { say } from "./words.js";

/** What a tap does besides opening an address; set once by whoever shows the chat. */
export const taps = { callback() {}, inlineHere() {}, inlineElsewhere() {}, copy() {}, nothing() {} };

function deed(button, node, message) {
  if (button.callback_data !== undefined) return () => taps.callback(message, button, node);
  if (button.switch_inline_query_current_chat !== undefined) return () => taps.inlineHere(button.switch_inline_query_current_chat);
  if (button.switch_inline_query !== undefined) return () => taps.inlineElsewhere(button.switch_inline_query);
  if (button.switch_inline_query_chosen_chat) return () => taps.inlineElsewhere(button.switch_inline_query_chosen_chat.query || "");
  if (button.copy_text) return () => taps.copy(button.copy_text.text);
  return () => taps.nothing();
}

const SIGNS = { copy_text: "copy", switch_inline_query: "forward", switch_inline_query_chosen_chat: "forward", web_app: "globe", login_url: "link" };

/** `key` finds the same button again after an edit. */
export function button(one, message, key, extra = "") {
  const words = typeof one.text === "string" ? [one.text] : rich(one.text);
  const look = `key${extra}${one.style ? `.${one.style}` : ""}`;
  if (one.url !== undefined) {
    const safe = /^(https?|tg|mailto|tel):/i.test(one.url);
    const node = make(`a.${look}`, { href: safe ? one.url : null, target: "_blank", rel: "noopener noreferrer", "data-key": key },
      make("span.key-words", {}, ...words), icon("link", "corner"));
    node.addEventListener("click", (event) => { if (follow(one.url)) event.preventDefault(); });
    return node;
  }
  const sign = Object.keys(SIGNS).find((name) => one[name] !== undefined);
  const node = make(`button.${look}`, { type: "button", "data-key": key, disabled: one.disabled !== undefined },
    make("span.key-words", {}, ...words), sign ? icon(SIGNS[sign], "corner") : null);
  node.addEventListener("click", deed(one, node, message));
  return node;
}

export function inlineKeyboard(message) {
  const rows = message.reply_markup?.inline_keyboard || [];
  if (!rows.length) return null;
  return make("div.keyboard", {}, ...rows.map((row, y) =>
    make("div.keys", {}, ...row.map((one, x) => button(one, message, `${y}.${x}`)))));
}

/** Below the chat. `send` is called with what a tap sends. */
export function replyKeyboard(keyboard, send) {
  return keyboard.keyboard.map((row) => make("div.keys", {}, ...row.map((one) => {
    const node = make(`button.key.plain${one.style ? `.${one.style}` : ""}`, { type: "button" }, one.text);
    node.addEventListener("click", () => {
      if (one.request_location) send({ location: { latitude: 50.2839, longitude: 57.167 } });
      else if (one.request_contact) send({ contact: true });
      else if (["request_users", "request_chat", "request_poll", "web_app", "request_managed_bot"].some((name) => one[name])) taps.nothing(say("only_telegram"));
      else send({ text: one.text });
    });
    return node;
  })));
}
