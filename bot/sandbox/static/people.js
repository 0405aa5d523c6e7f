// The list at the side: people to be, groups and channels, somebody new, one's own feed.
import { post } from "./api.js";
import { complain, feedShown } from "./dialogs.js";
import { avatar, icon, make } from "./dom.js";
import { kindOf } from "./media.js";
import { gist, loadState, store } from "./store.js";
import { clock, say } from "./words.js";

const $ = (id) => document.getElementById(id);
const LANGUAGES = { ru: "Русский", kk: "Қазақша", en: "English" };

function row({ id, name, badge, second, time, mark, round }) {
  const unread = store.unread.get(id) || 0;
  const top = make("span.row-top", {}, make("span.row-name", {}, name), badge, time ? make("time.row-time", {}, time) : null);
  const count = unread ? make("span.unread", { "aria-label": say("unread", { n: unread }) }, String(unread)) : null;
  const low = make("span.row-low", {}, make(`span.row-words${mark ? ".mark" : ""}`, {}, second), count);
  return make("li", {}, make("a.row", { href: `#${id}`, "aria-current": id === store.current ? "true" : null, "data-place": id },
    round, make("span.row-lines", {}, top, low)));
}

function personRow(person) {
  const message = store.last.get(person.id);
  const state = person.deactivated ? say("deleted") : person.blocked ? say("blocked") : "";
  const mine = message && message.from?.id === person.id ? `${say("you")}: ` : "";
  const editor = person.role === "editor";
  return row({
    id: person.id, name: person.first_name, time: message && clock(message.date), mark: Boolean(state) || !message,
    badge: make(`span.badge${editor ? ".editor" : ""}`, { title: say(editor ? "editor" : "reader") }, editor ? say("editor") : (person.language_code || "").toUpperCase()),
    second: state || (message ? mine + gist(message, kindOf).slice(0, 90) : say("not_started")),
    round: avatar(person.first_name, person.id),
  });
}

function chatRow(chat) {
  const message = store.last.get(chat.id);
  const round = avatar(chat.title, chat.id);
  round.replaceChildren(icon(chat.kind === "channel" ? "channel" : chat.is_forum ? "hash" : "people"));
  return row({
    id: chat.id, name: chat.title, time: message && clock(message.date), badge: null, mark: !message,
    second: message ? gist(message, kindOf).slice(0, 90) : say(chat.kind === "channel" ? "channel" : "group"), round,
  });
}

export function showPeople() {
  const chats = [...store.chats.values()].filter((chat) => !chat.gone && !chat.migrated_to);
  const held = document.activeElement?.dataset?.place;
  $("people").replaceChildren(...[...store.people.values()].map(personRow));
  $("groups").replaceChildren(...chats.map(chatRow));
  $("groups-part").hidden = !chats.length;
  if (held) document.querySelector(`[data-place="${held}"]`)?.focus({ preventScroll: true });
}

export function setUpPeople(open) {
  $("newcomer-language").replaceChildren(...Object.entries(LANGUAGES).map(([code, name]) => make("option", { value: code }, name)));
  $("newcomer").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const person = await post("/users", { first_name: $("newcomer-name").value, language_code: $("newcomer-language").value });
      $("newcomer-name").value = "";
      $("newcomer-part").open = false;
      await loadState();
      open(person.id);
    } catch (error) { complain(error); }
  });
  $("feed").addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = $("feed-show");
    button.disabled = true;
    button.textContent = say("trying");
    try { feedShown(await post("/feed", { url: $("feed-address").value.trim() })); }
    catch (error) { complain(error); }
    finally { button.disabled = false; button.textContent = say("try_it"); }
  });
}
