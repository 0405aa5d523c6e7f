// The open chat: its head, its messages, and what they do.
import { post } from "./api.js";
import { taps } from "./buttons.js";
import { alertOf, choosePlace, complain, copy, menu, shared, toast } from "./dialogs.js";
import { avatar, icon, make } from "./dom.js";
import { kindOf } from "./media.js";
import { sender } from "./message.js";
import { Rows, rowsOf } from "./rows.js";
import { deeds } from "./text.js";
import { actor, gist, isPrivate, loadOlder, loadThread, memberCount, on, place, plain, speakersOf, store } from "./store.js";
import { say } from "./words.js";

const $ = (id) => document.getElementById(id);
const STEP = 60;
/** Messages on the page at first, and added when somebody scrolls up to the oldest. */
const NEAR = 140;
/** Pixels from the bottom within which a chat is followed. */
const ACTION_SECONDS = 5;
const ACTIONS = { upload_photo: "sends_photo", upload_video: "sends_video", record_video: "sends_video", upload_document: "sends_file", record_voice: "sends_voice", upload_voice: "sends_voice" };

export class ChatView {
  constructor(composer, open) {
    this.composer = composer;
    this.openPlace = open;
    this.box = $("messages");
    this.rows = new Rows($("rows"));
    this.shown = STEP;
    this.follow = true;
    this.waiting = new Map();
    this.early = new Set();
    this.fresh = 0;
    this.listen();
  }

  listen() {
    this.box.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.box.addEventListener("keydown", (event) => this.key(event));
    $("to-bottom").addEventListener("click", () => { this.toBottom(); this.composer.field.focus(); });
    $("pinned").addEventListener("click", () => this.goTo(this.thread?.pinned.at(-1)));
    on("grew", () => { if (this.follow) this.toBottom(); });
    new ResizeObserver(() => { if (this.follow) this.toBottom(); }).observe(this.box);
    Object.assign(deeds, {
      command: (words) => this.composer.send({ text: words }).catch(complain),
      deepLink: (payload) => this.deepLink(payload),
      share: shared,
    });
    Object.assign(taps, {
      callback: (message, button, node) => this.tap(message, button, node),
      inlineHere: (query) => this.writeInline(query),
      inlineElsewhere: (query) => this.chooseFor(say("choose_chat"), (id) => this.openPlace(id).then(() => this.writeInline(query))),
      copy, nothing: () => toast(say("only_telegram")),
    });
    this.acts = { goTo: (id) => this.goTo(id), menu: (message, anchor) => this.messageMenu(message, anchor) };
  }

  get thread() {
    return store.threads.get(store.current);
  }

  async open(id) {
    store.current = id;
    this.shown = STEP;
    this.follow = true;
    this.fresh = 0;
    this.action("");
    this.composer.reset();
    this.rows.clear();
    store.unread.delete(id);
    this.head();
    if (!this.thread) await loadThread(id);
    if (store.current === id) this.show(false);
  }

  /** The same chat after a time in which nobody listened; what is being written stays. */
  async reload() {
    const id = store.current;
    this.action("");
    this.head();
    this.composer.suggest.learn().catch(complain);
    await loadThread(id);
    if (store.current === id) this.show(false);
  }

  head() {
    const there = place(store.current);
    const known = there !== null;
    $("chat-tools").hidden = !known;
    if (!known) return;
    $("chat-name").textContent = there.title;
    const round = there.kind === "private" ? avatar(there.title, 0, ".bot") : avatar(there.title, there.id);
    if (there.kind !== "private") round.replaceChildren(icon(there.kind === "channel" ? "channel" : there.chat.is_forum ? "hash" : "people"));
    $("chat-avatar").replaceChildren(round);
    this.status();
    $("as").replaceChildren(...this.speaker(there));
  }

  status() {
    const there = place(store.current);
    if (!there) return;
    const doing = this.doing ? say(this.doing) : "";
    $("chat-status").classList.toggle("doing", Boolean(doing));
    $("chat-status").textContent = doing || (this.lost ? say("lost") : there.kind === "private" ? say("bot") : say("members", { n: memberCount(there.chat) }));
  }

  /** Who acts here; in a group one of several. */
  speaker(there) {
    const person = actor(there.id);
    if (there.kind === "private") return [make("span.as", { title: say("you_are_here", { name: person.first_name }) }, `${say("you_are")} `, make("strong", {}, person.first_name))];
    const able = speakersOf(there.chat);
    if (!able.length) return [make("span.as", {}, say("cannot_write"))];
    const select = make("select.as", { "aria-label": say("speaks") }, ...able.map((one) => make("option", { value: one.id, selected: one === person }, one.first_name)));
    select.addEventListener("change", () => { store.speakers.set(there.id, Number(select.value)); this.composer.suggest.learn(); this.show(false); });
    return [make("span.as", { "aria-hidden": "true" }, say("you_are")), select];
  }

  visible() {
    const { messages } = this.thread;
    const { topic } = this.composer;
    return topic ? messages.filter((one) => (one.message_thread_id || 1) === topic) : messages;
  }

  /** `lively`: what is new comes in with a movement. */
  show(lively = true) {
    const there = place(store.current);
    const { thread } = this;
    if (!there || !thread || thread.loading) return;
    const all = this.visible();
    if (this.follow && this.shown > 3 * STEP) this.shown = STEP;
    const person = actor(there.id);
    this.rows.show(rowsOf(all.slice(-this.shown), { me: person?.id, kind: there.kind, reactions: store.reactions, acts: this.acts }), lively);
    this.foot(there, thread, person);
    this.topics(there, thread);
    this.pinned(thread);
    if (this.follow) this.toBottom();
    this.arrow();
  }

  foot(there, thread, person) {
    const own = there.kind === "private";
    const empty = !thread.messages.length;
    $("empty").hidden = !empty;
    if (empty) this.empty(there);
    const blocked = own && person.blocked;
    const starts = own && !blocked && (empty || !person.started || this.composer.payload !== null);
    // A button that goes away hands the focus on.
    const held = [$("start"), $("unblock")].includes(document.activeElement);
    $("unblock").hidden = !blocked;
    $("start").hidden = !starts;
    const writes = Boolean(person) && !blocked && !starts;
    $("writing").hidden = !writes;
    if (held && writes) this.composer.field.focus();
    $("menu-button").hidden = there.kind === "channel";
    $("cannot").hidden = Boolean(person);
    this.composer.showKeyboard(writes ? thread.keyboard : null, thread.messages);
  }

  empty(there) {
    if (there.kind !== "private") { $("empty").replaceChildren(make("p", {}, say("empty_group"))); return; }
    const { texts = {} } = store.bot;
    const told = texts[`description:${there.person.language_code}`] || texts["description:"];
    $("empty").replaceChildren(avatar(store.bot.first_name, 0, ".bot.big"),
      make("p.strong", {}, told ? say("what_can") : say("empty", { name: there.person.first_name })), make("p", {}, told || say("start_hint")));
  }

  topics(there, thread) {
    const known = thread.topics || [];
    $("topics").hidden = !known.length;
    if (!known.length) return;
    const tab = (id, name) => {
      const node = make("button.topic", { type: "button", "aria-pressed": String(this.composer.topic === id) }, name);
      node.addEventListener("click", () => { this.composer.topic = id; this.follow = true; this.rows.clear(); this.show(false); });
      return node;
    };
    $("topics").replaceChildren(tab(0, say("all_topics")), ...known.map((one) => tab(one.id, one.closed ? `${one.name} 🔒` : one.name)));
  }

  pinned(thread) {
    const id = thread.pinned?.at(-1);
    const message = id && thread.messages.find((one) => one.message_id === id);
    $("pinned").hidden = !message;
    if (message) $("pinned-words").textContent = gist(message, kindOf).slice(0, 120);
  }

  // --- where one looks ---

  toBottom() {
    this.box.scrollTop = this.box.scrollHeight;
    this.follow = true;
    this.fresh = 0;
    this.arrow();
  }

  arrow() {
    $("to-bottom").hidden = this.follow;
    $("to-bottom-count").textContent = this.fresh ? String(this.fresh) : "";
  }

  scrolled() {
    const { box } = this;
    this.follow = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    if (this.follow) this.fresh = 0;
    this.arrow();
    if (box.scrollTop < 400) this.older().catch(complain);
  }

  async older() {
    const { thread } = this;
    if (!thread || this.growing) return;
    if (this.shown >= this.visible().length && !thread.more) return;
    this.growing = true;
    try {
      if (this.shown + STEP > this.visible().length && thread.more) await loadOlder(store.current);
      const fromBottom = this.box.scrollHeight - this.box.scrollTop;
      const { follow } = this;
      this.shown = Math.min(this.shown + STEP, this.visible().length);
      this.follow = false;
      this.show(false);
      this.follow = follow;
      this.box.scrollTop = this.box.scrollHeight - fromBottom;
    } finally {
      this.growing = false;
    }
  }

  async goTo(id) {
    if (!id) return;
    const find = () => this.box.querySelector(`[data-id="${id}"]`);
    while (!find() && (this.shown < this.visible().length || this.thread.more)) await this.older();
    const node = find();
    if (!node) return;
    this.follow = false;
    node.scrollIntoView({ block: "center" });
    node.focus?.({ preventScroll: true });
    node.classList.add("pointed");
    setTimeout(() => node.classList.remove("pointed"), 1200);
  }

  /** Arrow keys go from message to message, Enter opens the menu of one. */
  key(event) {
    const here = document.activeElement.closest(".message");
    if (event.target !== this.box && event.target !== here) return;
    const all = [...this.box.querySelectorAll(".message:not(.leaving)")];
    const at = all.indexOf(here);
    const goal = { ArrowUp: at < 0 ? all.length - 1 : at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (goal !== undefined && all[goal]) {
      event.preventDefault();
      all[goal].focus();
    } else if (event.key === "ArrowDown" && at === all.length - 1) this.composer.field.focus();
    else if (event.key === "Enter" && here) { event.preventDefault(); here.querySelector(".message-more").click(); }
  }

  // --- what messages do ---

  async tap(message, button, node) {
    node.setAttribute("aria-busy", "true");
    const person = actor(store.current);
    try {
      const { callback_query_id: query } = await post(`/users/${person.id}/tap`, { message_id: message.message_id, chat_id: store.current, data: button.callback_data });
      if (this.early.delete(query)) { node.removeAttribute("aria-busy"); return; }
      this.waiting.set(query, node);
      setTimeout(() => { if (this.waiting.delete(query)) node.removeAttribute("aria-busy"); }, 15000);
    } catch (error) { node.removeAttribute("aria-busy"); complain(error); }
  }

  answered(event) {
    this.waiting.get(event.callback_query_id)?.removeAttribute("aria-busy");
    // The answer may be quicker than the reply to the tap itself.
    if (!this.waiting.delete(event.callback_query_id)) this.early.add(event.callback_query_id);
    if (event.chat_id !== store.current || event.user_id !== actor(store.current)?.id) return;
    if (event.url) this.deepLink(new URL(event.url.replace(/^t\.me/, "https://t.me")).searchParams.get("start") || "");
    if (!event.text) return;
    if (event.show_alert) alertOf(event.text); else toast(event.text);
  }

  async deepLink(payload) {
    const id = isPrivate(store.current) ? store.current : actor(store.current)?.id;
    if (id === undefined) return;
    if (id !== store.current) await this.openPlace(id);
    this.composer.payload = payload;
    this.show(false);
    $("start").focus();
  }

  writeInline(query) {
    const { field } = this.composer;
    field.value = `@${store.bot.username} ${query}`;
    field.focus();
    field.dispatchEvent(new Event("input"));
  }

  chooseFor(title, chosen) {
    const person = actor(store.current);
    const chats = [...store.chats.values()].filter((chat) => !chat.gone && speakersOf(chat).includes(person));
    choosePlace(title, [person.id, ...chats.map((chat) => chat.id)], (id) => { if (!isPrivate(id)) store.speakers.set(id, person.id); chosen(id); });
  }

  messageMenu(message, anchor) {
    const words = message.text || message.caption || (message.rich_message ? plain(message.rich_message.blocks) : "");
    const person = actor(store.current);
    const items = [{ sign: "reply", words: say("reply"), deed: () => this.composer.replyTo(message) }];
    if (!message.has_protected_content) items.push({ sign: "forward", words: say("forward"), deed: () => this.forward(message) });
    if (message.from?.id === person?.id && (message.text || message.caption)) items.push({ sign: "edit", words: say("edit"), deed: () => this.composer.change(message) });
    if (words) items.push({ sign: "copy", words: say("copy_text"), deed: () => copy(words) });
    menu(anchor, items);
  }

  forward(message) {
    const from = { chat_id: store.current, message_id: message.message_id };
    this.chooseFor(say("forward_to"), (id) => {
      const where = isPrivate(id) ? {} : { chat_id: id };
      post(`/users/${actor(id).id}/send`, { forward: from, ...where }).then(() => this.openPlace(id)).catch(complain);
    });
  }

  // --- what happens ---

  action(kind) {
    clearTimeout(this.actionTimer);
    this.doing = kind && kind !== "cancel" ? ACTIONS[kind] || "typing" : "";
    if (this.doing) this.actionTimer = setTimeout(() => this.action(""), ACTION_SECONDS * 1000);
    this.status();
  }

  happened(event) {
    if (event.type === "callback_answer") { this.answered(event); return; }
    if (event.type === "about") this.head();
    if (event.chat_id !== store.current) return;
    if (event.type === "chat_action") { this.action(event.action); return; }
    if (event.type === "message") {
      this.action("");
      if (!this.follow) this.fresh++;
      this.announce("new_message", event.message);
    }
    if (event.type === "edit") this.announce("message_changed", event.message);
    if (event.type === "delete") $("announcer").textContent = say("message_deleted");
    if (["members", "chat", "user"].includes(event.type)) this.head();
    this.show();
  }

  /** For screen readers, in short. What one has done oneself is not told. */
  announce(key, message) {
    if (message.from?.id === actor(store.current)?.id) return;
    $("announcer").textContent = say(key, { name: sender(message), text: gist(message, kindOf).slice(0, 200) });
  }
}
