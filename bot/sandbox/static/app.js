// The chat page. Everything it knows comes from /sandbox; it can be reloaded at any moment.
import { bubble, make } from "./message.js";

const $ = (id) => document.getElementById(id);
const state = { people: [], current: null, chats: new Map(), unread: new Map(), last: new Map(), photo: null, waiting: new Map() };

async function call(path, body) {
  const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  const response = await fetch(`/sandbox${path}`, options);
  const content = await response.json();
  if (!response.ok) throw new Error(content.error || response.statusText);
  return content;
}

function complain(error) { toast(error.message || String(error)); }

// --- people ---

async function loadPeople() {
  const known = await call("/state");
  state.people = known.users;
  $("bot-name").textContent = known.bot.first_name === "Newsbot" ? `@${known.bot.username}` : known.bot.first_name;
  showPeople();
}

function showPeople() {
  $("people").replaceChildren(...state.people.map((person) => {
    const name = make("span", "name", person.first_name, make("span", "code", person.language_code));
    if (person.role === "editor") name.append(make("span", "badge", "editor"));
    const lines = make("span", "lines", name, make("span", "last", person.blocked ? "blocked the bot" : state.last.get(person.id) || ""));
    const avatar = make("span", `avatar hue-${person.id % 6}`, person.first_name.slice(0, 1));
    avatar.setAttribute("aria-hidden", "true");
    const row = make("button", "person", avatar, lines);
    row.type = "button";
    const unread = state.unread.get(person.id) || 0;
    if (unread) {
      const count = make("span", "unread", String(unread));
      count.setAttribute("aria-label", `${unread} new`);
      row.append(count);
    }
    row.setAttribute("aria-current", String(person.id === state.current));
    row.addEventListener("click", () => open(person.id));
    return make("li", "", row);
  }));
}

async function open(id) {
  state.current = id;
  state.unread.delete(id);
  closeMenu();
  location.hash = String(id);
  $("app").classList.add("open");
  showPeople();
  await loadChat(id);
  scrollDown(true);
}

async function loadChat(id) {
  const { messages } = await call(`/users/${id}/messages`);
  state.chats.set(id, messages);
  noteLast(id);
  if (id === state.current) showChat();
}

function noteLast(id) {
  const message = (state.chats.get(id) || []).at(-1);
  if (message) state.last.set(id, (message.text || message.caption || "Photo").replace(/\s+/g, " ").slice(0, 60));
}

// --- the chat ---

function showChat() {
  const messages = state.chats.get(state.current) || [];
  const person = state.people.find((one) => one.id === state.current);
  const box = $("messages");
  const down = atBottom();
  const nodes = [];
  let day = "";
  for (let index = 0; index < messages.length; index++) {
    const parts = [messages[index]];
    const group = messages[index].media_group_id;
    while (group && messages[index + 1] && messages[index + 1].media_group_id === group) parts.push(messages[++index]);
    const today = new Date(parts[0].date * 1000).toLocaleDateString([], { day: "numeric", month: "long" });
    if (today !== day) nodes.push(make("div", "day", (day = today)));
    nodes.push(bubble(parts, tap));
  }
  if (!messages.length) nodes.push(make("div", "empty", `${person ? person.first_name : "Nobody"} has not written to this bot yet. Press START below.`));
  box.replaceChildren(...nodes);
  $("start").hidden = messages.length > 0;
  $("composer").hidden = messages.length === 0;
  $("block").textContent = person && person.blocked ? "Unblock bot" : "Block bot";
  $("block").hidden = messages.length === 0;
  if (down) scrollDown(false);
}

function atBottom() {
  const box = $("messages");
  return box.scrollHeight - box.scrollTop - box.clientHeight < 120;
}

function scrollDown(now) {
  const box = $("messages");
  // A photo that has not loaded has its size already (width and height), so the bottom is where it will be.
  box.scrollTo({ top: box.scrollHeight, behavior: now ? "instant" : "smooth" });
}

async function send(content) {
  try {
    await call(`/users/${state.current}/send`, content);
    scrollDown(false);
  } catch (error) { complain(error); }
}

async function tap(message, button, node) {
  if (!button.callback_data) return toast("This kind of button does nothing in the sandbox yet");
  node.setAttribute("aria-busy", "true");
  try {
    const { callback_query_id } = await call(`/users/${state.current}/tap`, { message_id: message.message_id, data: button.callback_data });
    state.waiting.set(callback_query_id, node);
    setTimeout(() => { if (state.waiting.delete(callback_query_id)) node.removeAttribute("aria-busy"); }, 15000);
  } catch (error) { node.removeAttribute("aria-busy"); complain(error); }
}

let toastTimer = 0;
function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, 3500);
}

// --- what happens ---

function listen() {
  const events = new EventSource("/sandbox/events");
  events.onopen = async () => {
    // Whatever happened while nobody listened is in the chats.
    await loadPeople().catch(complain);
    for (const person of state.people) await loadChat(person.id).catch(complain);
    showPeople();
  };
  events.onerror = () => { $("bot-status").textContent = "the sandbox does not answer"; };
  events.onmessage = (event) => happened(JSON.parse(event.data));
}

function happened(event) {
  $("bot-status").textContent = "bot";
  const chat = state.chats.get(event.chat_id);
  if (event.type === "message") {
    if (!chat) return;
    if (!chat.some((one) => one.message_id === event.message.message_id)) chat.push(event.message);
    if (event.chat_id !== state.current && event.message.from.is_bot) state.unread.set(event.chat_id, (state.unread.get(event.chat_id) || 0) + 1);
  } else if (event.type === "edit") {
    if (!chat) return;
    const index = chat.findIndex((one) => one.message_id === event.message.message_id);
    if (index >= 0) chat[index] = event.message;
  } else if (event.type === "delete") {
    if (!chat) return;
    const node = event.chat_id === state.current && $("messages").querySelector(`[data-id="${event.message_id}"]`);
    state.chats.set(event.chat_id, chat.filter((one) => one.message_id !== event.message_id));
    if (node) {
      node.classList.add("leaving");
      setTimeout(showChat, 260);
      return;
    }
  } else if (event.type === "callback_answer") {
    const node = state.waiting.get(event.callback_query_id);
    state.waiting.delete(event.callback_query_id);
    if (node) node.removeAttribute("aria-busy");
    if (event.chat_id !== state.current || !event.text) return;
    if (event.show_alert) { $("alert-text").textContent = event.text; $("alert").showModal(); } else toast(event.text);
    return;
  } else if (event.type === "chat_action") {
    if (event.chat_id === state.current) $("bot-status").textContent = "is writing…";
    return;
  } else if (event.type === "user") {
    const index = state.people.findIndex((one) => one.id === event.user.id);
    if (index >= 0) state.people[index] = event.user; else { state.people.push(event.user); state.chats.set(event.user.id, []); }
  }
  noteLast(event.chat_id);
  showPeople();
  if (event.chat_id === state.current) showChat();
}

// --- writing ---

function write() {
  const text = $("text").value.trim();
  if (state.photo) send({ photo: state.photo, caption: text });
  else if (text) send({ text });
  else return;
  $("text").value = "";
  $("text").style.height = "";
  attach(null);
}

async function attach(file) {
  state.photo = null;
  $("photo").value = "";
  $("attached").hidden = !file;
  if (!file) return;
  $("attached-name").textContent = `📎 ${file.name}`;
  const address = await new Promise((resolve) => { const reader = new FileReader(); reader.onload = () => resolve(reader.result); reader.readAsDataURL(file); });
  state.photo = address.slice(address.indexOf(",") + 1);
  $("text").focus();
}

async function toggleMenu() {
  if (!$("menu").hidden) return closeMenu();
  const { commands } = await call(`/users/${state.current}/commands`);
  $("menu").replaceChildren(...commands.map((one) => {
    const row = make("button", "", make("span", "", one.description), make("span", "command", `/${one.command}`));
    row.type = "button";
    row.setAttribute("role", "menuitem");
    row.addEventListener("click", () => { closeMenu(); send({ text: `/${one.command}` }); });
    return row;
  }));
  if (!commands.length) return toast("The bot has registered no commands");
  $("menu").hidden = false;
  $("menu-button").setAttribute("aria-expanded", "true");
  $("menu").querySelector("button").focus();
}

function closeMenu() {
  $("menu").hidden = true;
  $("menu-button").setAttribute("aria-expanded", "false");
}

$("composer").addEventListener("submit", (event) => { event.preventDefault(); write(); });
$("text").addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); write(); } });
$("text").addEventListener("input", () => { $("text").style.height = ""; $("text").style.height = `${$("text").scrollHeight}px`; });
$("photo").addEventListener("change", () => attach($("photo").files[0]));
$("detach").addEventListener("click", () => attach(null));
$("start").addEventListener("click", () => send({ text: "/start" }));
$("menu-button").addEventListener("click", () => toggleMenu().catch(complain));
$("back").addEventListener("click", () => $("app").classList.remove("open"));
$("block").addEventListener("click", () => {
  const person = state.people.find((one) => one.id === state.current);
  call(`/users/${person.id}/${person.blocked ? "unblock" : "block"}`, {}).catch(complain);
});
$("messages").addEventListener("click", (event) => { if (event.target.dataset && event.target.dataset.command) send({ text: event.target.dataset.command }); });
$("newcomer").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const person = await call("/users", { first_name: $("newcomer-name").value, language_code: $("newcomer-language").value });
    $("newcomer-name").value = "";
    await loadPeople();
    await open(person.id);
  } catch (error) { complain(error); }
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeMenu(); });

await loadPeople().catch(complain);
const wanted = Number(location.hash.slice(1));
const first = state.people.find((person) => person.id === wanted) || state.people[0];
if (first && (wanted || matchMedia("(min-width: 701px)").matches)) await open(first.id).catch(complain);
listen();
