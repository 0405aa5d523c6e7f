// Writing: text, files, replies, changes; the commands' menu and the bot's keyboard.
import { post } from "./api.js";
import { replyKeyboard } from "./buttons.js";
import { complain, toast } from "./dialogs.js";
import { icon, iconButton, make, walk } from "./dom.js";
import { kindOf } from "./media.js";
import { sender } from "./message.js";
import { Suggest } from "./suggest.js";
import { actor, gist, isPrivate, place, store } from "./store.js";
import { say } from "./words.js";

const $ = (id) => document.getElementById(id);

async function encoded(file) {
  const address = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  return address.slice(address.indexOf(",") + 1);
}

function kindOfFile(file) {
  if (file.type === "image/gif") return "animation";
  if (["image/jpeg", "image/png", "image/webp"].includes(file.type)) return "photo";
  if (file.type.startsWith("video/")) return "video";
  return file.type.startsWith("audio/") ? "audio" : "document";
}

export class Composer {
  constructor({ sent }) {
    this.sent = sent;
    this.files = [];
    this.reply = null;
    this.changed = null;
    this.topic = 0;
    this.payload = null;
    this.field = $("text");
    this.suggest = new Suggest(this.field);
    this.listen();
  }

  listen() {
    $("composer").addEventListener("submit", (event) => { event.preventDefault(); this.write().catch(complain); });
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("input", () => { this.fit(); this.suggest.typed(); });
    this.field.addEventListener("paste", (event) => { if (event.clipboardData.files.length) { event.preventDefault(); this.attach(event.clipboardData.files); } });
    $("files").addEventListener("change", () => { this.attach($("files").files); $("files").value = ""; });
    $("start").addEventListener("click", () => this.start());
    $("unblock").addEventListener("click", () => post(`/users/${store.current}/unblock`).catch(complain));
    $("menu-button").addEventListener("click", () => this.toggleMenu());
    $("commands").addEventListener("keydown", (event) => this.menuKey(event));
    $("keyboard-button").addEventListener("click", () => {
      const open = $("reply-keyboard").hidden;
      $("reply-keyboard").hidden = !open;
      $("keyboard-button").setAttribute("aria-expanded", String(open));
    });
    document.addEventListener("pointerdown", (event) => { if (!event.target.closest("#commands, #menu-button")) this.closeMenu(); });
  }

  /** Another chat was opened. */
  reset() {
    this.files = [];
    this.topic = 0;
    this.payload = null;
    this.field.value = "";
    this.stop();
    this.closeMenu();
    this.suggest.close();
    this.suggest.learn().catch(complain);
    this.fit();
  }

  stop() {
    this.reply = null;
    this.changed = null;
    this.showAbove();
  }

  fit() {
    this.field.style.height = "";
    if (this.field.scrollHeight) this.field.style.height = `${this.field.scrollHeight}px`;
  }

  key(event) {
    if (this.suggest.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.write().catch(complain); }
    if (event.key === "Escape" && (this.reply || this.changed)) { event.stopPropagation(); this.field.value = this.changed ? "" : this.field.value; this.stop(); }
    if (event.key === "ArrowUp" && !this.field.value) { event.preventDefault(); $("messages").focus(); $("messages").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp" })); }
  }

  /** Sends as the present person, into the present chat. */
  async send(content) {
    const id = store.current;
    const person = actor(id);
    if (!person) return;
    const where = isPrivate(id) ? {} : { chat_id: id };
    if (this.topic) where.message_thread_id = this.topic;
    if (content.contact === true) content = { contact: { first_name: person.first_name, phone_number: "+7 700 000 00 00", user_id: person.id } };
    await post(`/users/${person.id}/send`, { ...content, ...where });
    this.sent();
  }

  start() {
    const payload = this.payload;
    this.payload = null;
    this.send({ text: payload ? `/start ${payload}` : "/start" }).catch(complain);
  }

  /** The field is empty before the answer comes, which may want something new in it. */
  async write() {
    const written = { text: this.field.value.trim(), files: this.files, reply: this.reply, changed: this.changed };
    if (!written.text && !written.files.length) return;
    this.field.value = "";
    this.files = [];
    this.stop();
    this.fit();
    this.suggest.close();
    try {
      await this.deliver(written);
    } catch (error) {
      Object.assign(this, { files: written.files, reply: written.reply, changed: written.changed });
      this.field.value = written.text;
      this.showAbove();
      throw error;
    }
  }

  async deliver({ text, files, reply, changed }) {
    const answer = reply ? { reply_to_message_id: reply.message_id } : {};
    if (changed) {
      const words = changed.text !== undefined ? { text } : { caption: text };
      await post(`/users/${actor(store.current).id}/edit`, { ...words, message_id: changed.message_id, chat_id: store.current });
    } else if (files.length) await this.deliverFiles(files, text, answer);
    else await this.send({ text, ...answer });
  }

  async deliverFiles(files, caption, answer) {
    const items = await Promise.all(files.map(async (file) => ({ [kindOfFile(file)]: await encoded(file), file_name: file.name })));
    const pictures = items.every((item) => item.photo || item.video);
    if (items.length > 1 && items.length <= 10 && pictures) {
      items[0].caption = caption;
      await this.send({ album: items, ...answer });
      return;
    }
    for (const [index, item] of items.entries()) await this.send({ ...item, ...(index ? {} : { caption, ...answer }) });
  }

  attach(files) {
    this.files = [...this.files, ...files].slice(0, 10);
    this.showAbove();
    this.field.focus();
  }

  replyTo(message) {
    this.changed = null;
    this.reply = message;
    this.showAbove();
    this.field.focus();
  }

  change(message) {
    this.reply = null;
    this.changed = message;
    this.field.value = message.text ?? message.caption ?? "";
    this.showAbove();
    this.fit();
    this.field.focus();
  }

  /** What stands above the field: the files, what is replied to, what is changed. */
  showAbove() {
    const nodes = [];
    const about = this.reply || this.changed;
    if (about) {
      nodes.push(make("div.above-line", {}, icon(this.reply ? "reply" : "edit"),
        make("div.above-words", {}, make("strong", {}, this.reply ? `${say("reply")}: ${sender(about)}` : say("edit")), make("span", {}, gist(about, kindOf).slice(0, 100))),
        iconButton("close", say("cancel"), () => { if (this.changed) this.field.value = ""; this.stop(); this.field.focus(); })));
    }
    this.files.forEach((file, index) => {
      const picture = kindOfFile(file) === "photo" ? make("img", { src: URL.createObjectURL(file), alt: "" }) : icon("file");
      nodes.push(make("div.above-line", {}, picture, make("div.above-words", {}, make("span", {}, file.name)),
        iconButton("close", say("detach", { name: file.name }), () => { this.files.splice(index, 1); this.showAbove(); this.field.focus(); })));
    });
    $("above").replaceChildren(...nodes);
    $("send").setAttribute("aria-label", say(this.changed ? "save" : "send"));
  }

  toggleMenu() {
    if (!$("commands").hidden) { this.closeMenu(); return; }
    const { commands } = this.suggest;
    if (!commands.length) { toast(say("no_commands")); return; }
    $("commands").replaceChildren(...commands.map((one) => {
      const item = make("button.command", { type: "button", role: "menuitem", tabindex: -1 }, make("span", {}, one.description), make("span.quiet", {}, `/${one.command}`));
      item.addEventListener("click", () => { this.closeMenu(); this.field.focus(); this.send({ text: `/${one.command}` }).catch(complain); });
      return item;
    }));
    $("commands").hidden = false;
    $("menu-button").setAttribute("aria-expanded", "true");
    $("commands").firstChild.focus();
  }

  menuKey(event) {
    if (event.key === "Escape" || event.key === "Tab") { event.preventDefault(); event.stopPropagation(); this.closeMenu(); $("menu-button").focus(); }
    else walk(event, [...$("commands").children]);
  }

  closeMenu() {
    $("commands").hidden = true;
    $("menu-button").setAttribute("aria-expanded", "false");
  }

  /** The bot's keyboard and what it asks for. */
  showKeyboard(keyboard, messages) {
    const buttons = keyboard?.keyboard;
    const shown = $("reply-keyboard");
    $("keyboard-button").hidden = !buttons;
    if (buttons) shown.replaceChildren(...replyKeyboard(keyboard, (content) => this.send(content).catch(complain)));
    if (!buttons !== shown.hidden || shown.like !== keyboard) shown.hidden = !buttons;
    shown.like = keyboard;
    $("keyboard-button").setAttribute("aria-expanded", String(!shown.hidden));
    this.field.placeholder = keyboard?.input_field_placeholder || say(place(store.current).kind === "channel" ? "broadcast" : "message");
    const last = messages.at(-1);
    if (keyboard?.force_reply && last?.from?.is_bot && this.asked !== last.message_id) {
      this.asked = last.message_id;
      this.replyTo(last);
    }
  }
}
