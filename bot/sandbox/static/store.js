// What the page knows, and how it changes as events come in. Everything comes from /sandbox: a reload loses nothing.
import { get } from "./api.js";

const PAGE = 80;
/** Messages that are asked for at once. */

export const store = {
  bot: { id: 0, first_name: "", username: "", texts: {} },
  people: new Map(),
  chats: new Map(),
  threads: new Map(),
  last: new Map(),
  unread: new Map(),
  reactions: new Map(),
  speakers: new Map(),
  about: {},
  current: null,
};

const bus = new EventTarget();
export const on = (name, listener) => bus.addEventListener(name, (event) => listener(event.detail));
export const tell = (name, detail) => bus.dispatchEvent(new CustomEvent(name, { detail }));

export const isPrivate = (id) => store.people.has(id);

/** Everything about a place that can be open: a person's chat with the bot, or a group or channel. */
export function place(id) {
  const person = store.people.get(id);
  if (person) return { id, kind: "private", person, title: store.bot.first_name };
  const chat = store.chats.get(id);
  return chat ? { id, kind: chat.kind, chat, title: chat.title } : null;
}

const present = (status) => ["creator", "administrator", "member", "restricted"].includes(status);

/** Who of the people can write there, the most powerful first. */
export function speakersOf(chat) {
  const order = ["creator", "administrator", "member", "restricted"];
  const inside = [...store.people.values()].filter((person) => present(chat.members[person.id]));
  const able = chat.kind === "channel" ? inside.filter((one) => order.indexOf(chat.members[one.id]) < 2) : inside;
  return able.sort((a, b) => order.indexOf(chat.members[a.id]) - order.indexOf(chat.members[b.id]));
}

/** The person who acts in that place. */
export function actor(id) {
  if (store.people.has(id)) return store.people.get(id);
  const chat = store.chats.get(id);
  if (!chat) return null;
  const able = speakersOf(chat);
  return able.find((one) => one.id === store.speakers.get(id)) || able[0] || null;
}

export const memberCount = (chat) => Object.values(chat.members).filter(present).length;

export async function loadState() {
  const known = await get("/state");
  store.bot = known.bot;
  store.about = known;
  store.people = new Map(known.users.map((user) => [user.id, user]));
  store.chats = new Map(known.chats.map((chat) => [chat.id, chat]));
  store.last = new Map(Object.entries(known.last).map(([id, message]) => [Number(id), message]));
  tell("state");
}

const path = (id) => (isPrivate(id) ? `/users/${id}/messages` : `/chats/${id}/messages`);

/** The newest messages of a place; what happens meanwhile is put in afterwards. */
export async function loadThread(id) {
  const thread = { messages: [], more: false, pinned: [], topics: [], keyboard: null, loading: true, meanwhile: [] };
  store.threads.set(id, thread);
  const found = await get(`${path(id)}?limit=${PAGE}`);
  Object.assign(thread, found, { loading: false });
  for (const event of thread.meanwhile.splice(0)) inThread(thread, event);
  return thread;
}

/** Messages before the oldest known one. */
export async function loadOlder(id) {
  const thread = store.threads.get(id);
  if (!thread || !thread.more || thread.loading || thread.asking) return false;
  thread.asking = true;
  try {
    const found = await get(`${path(id)}?limit=${PAGE}&before=${thread.messages[0].message_id}`);
    thread.messages.unshift(...found.messages);
    thread.more = found.more;
  } finally {
    thread.asking = false;
  }
  return true;
}

/** Whatever was loaded may be old: nobody listened for a while. */
export function forget() {
  store.threads.clear();
}

function inThread(thread, event) {
  const { messages } = thread;
  const at = (id) => {
    for (let index = messages.length - 1; index >= 0; index--) if (messages[index].message_id === id) return index;
    return -1;
  };
  if (event.type === "message") {
    const known = at(event.message.message_id);
    if (known < 0) messages.push(event.message);
    const topic = event.message.forum_topic_created;
    if (topic && !thread.topics.some((one) => one.id === event.message.message_id)) {
      thread.topics.push({ id: event.message.message_id, name: topic.name, closed: false });
    }
  } else if (event.type === "edit") {
    const known = at(event.message.message_id);
    if (known >= 0) messages[known] = event.message;
  } else if (event.type === "delete") {
    const known = at(event.message_id);
    if (known >= 0) messages.splice(known, 1);
    thread.topics = thread.topics.filter((one) => one.id !== event.message_id);
  } else if (event.type === "pinned") {
    thread.pinned = event.pinned;
  } else if (event.type === "keyboard") {
    thread.keyboard = event.keyboard;
  }
}

const isNews = (event) => event.type === "message" && !store.people.has(event.message.from?.id);

/** One event of the sandbox. */
export function happened(event) {
  const thread = store.threads.get(event.chat_id);
  if (thread?.loading) thread.meanwhile.push(event);
  else if (thread) inThread(thread, event);
  switch (event.type) {
    case "message":
      store.last.set(event.chat_id, event.message);
      if (event.chat_id !== store.current && isNews(event)) store.unread.set(event.chat_id, (store.unread.get(event.chat_id) || 0) + 1);
      break;
    case "edit":
      if (store.last.get(event.chat_id)?.message_id === event.message.message_id) store.last.set(event.chat_id, event.message);
      break;
    case "delete":
      if (store.last.get(event.chat_id)?.message_id === event.message_id) {
        const left = thread?.messages.at(-1);
        if (left) store.last.set(event.chat_id, left); else store.last.delete(event.chat_id);
      }
      break;
    case "user":
      store.people.set(event.user.id, event.user);
      break;
    case "chat":
    case "members":
      store.chats.set(event.chat_id, event.chat);
      break;
    case "about":
      store.bot = { ...store.bot, ...event.bot };
      break;
    case "reaction":
      store.reactions.set(`${event.chat_id}/${event.message_id}`, event.reaction);
      break;
    case "crowd":
      store.about.crowd = event.crowd;
      break;
  }
  tell("event", event);
}

/** The words of a message in one line. */
export function gist(message, kinds) {
  const text = message.text || message.caption;
  if (text) return text.replace(/\s+/g, " ").trim();
  if (message.rich_message) return plain(message.rich_message.blocks).replace(/\s+/g, " ").trim();
  return kinds(message);
}

const WORDY = ["text", "alternative_text", "expression", "summary", "blocks", "items", "cells", "caption", "credit"];

export function plain(content) {
  if (typeof content === "string") return content;
  if (Array.isArray(content)) return content.map(plain).join(content.some((one) => one && (one.blocks || one.caption)) ? " " : "");
  if (!content || typeof content !== "object") return "";
  return WORDY.filter((key) => key in content).map((key) => plain(content[key])).join(" ");
}
