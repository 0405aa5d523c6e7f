// What appears above the message being written: the bot's commands after "/", its inline results after "@bot ".
import { get, post } from "./api.js";
import { complain } from "./dialogs.js";
import { icon, make } from "./dom.js";
import { deeds } from "./text.js";
import { actor, isPrivate, on, store } from "./store.js";
import { say } from "./words.js";

const $ = (id) => document.getElementById(id);
const PAUSE = 250;
/** Milliseconds without a key before the bot is asked. */
const PATIENCE = 10000;

export class Suggest {
  constructor(field) {
    this.field = field;
    this.items = [];
    this.at = -1;
    this.commands = [];
    this.query = null;
    /** The query answered last: a fast bot's answer comes before the query's own number. */
    this.told = "";
    this.timer = 0;
    on("event", (event) => {
      if (event.type === "inline_answer") {
        this.told = event.query_id;
        if (event.query_id === this.query?.query_id) this.answered();
      }
      if (event.type === "commands") this.learn();
    });
  }

  /** The commands that the present person sees here. */
  async learn() {
    const id = store.current;
    const person = id !== null && actor(id);
    if (!person) return;
    const { commands } = await get(`/users/${person.id}/commands${isPrivate(id) ? "" : `?chat_id=${id}`}`);
    if (store.current === id) this.commands = commands;
  }

  /** The field has changed. */
  typed() {
    const text = this.field.value;
    const name = `@${store.bot.username} `;
    clearTimeout(this.timer);
    if (text.toLowerCase().startsWith(name.toLowerCase())) {
      this.timer = setTimeout(() => this.ask(text.slice(name.length)), PAUSE);
      return;
    }
    this.query = null;
    const command = /^\/(\w*)$/.exec(text);
    const found = command ? this.commands.filter((one) => one.command.startsWith(command[1].toLowerCase())) : [];
    this.show(found.map((one) => ({
      node: [make("span.suggestion-name", {}, `/${one.command}`), make("span.quiet", {}, one.description)],
      choose: () => { this.field.value = ""; this.close(); deeds.command(`/${one.command}`); },
    })), say("commands"));
  }

  async ask(words, offset = "") {
    const id = store.current;
    const person = actor(id);
    if (!person) return;
    try {
      const query = await post(`/users/${person.id}/inline`, { query: words, offset, ...(isPrivate(id) ? {} : { chat_id: id }) });
      query.before = offset ? this.query?.shown || [] : [];
      query.person = person.id;
      this.query = query;
      if (query.answered || this.told === query.query_id) { this.answered(query.answered ? query : undefined); return; }
      if (!offset) this.note(say("searching"));
      setTimeout(() => { if (this.query === query && !query.answered) this.note(say("no_answer")); }, PATIENCE);
    } catch (error) { complain(error); }
  }

  async answered(given) {
    const query = this.query;
    const told = given || await get(`/inline/${query.query_id}`);
    if (this.query !== query) return;
    Object.assign(query, told, { answered: true });
    query.shown = [...query.before, ...told.results.map((result, number) => this.result(result, number, query))];
    const extra = [];
    if (told.button) extra.push({ node: [make("span.suggestion-name", {}, told.button.text)], choose: () => { this.clear(); deeds.deepLink(told.button.start_parameter || ""); } });
    if (!query.shown.length && !extra.length) { this.note(say("no_results")); return; }
    this.show([...extra, ...query.shown], say("results", { name: store.bot.username }));
  }

  result(result, number, query) {
    const pictured = result.thumbnail_url || result.message._photo_url;
    const stored = result.message.photo;
    const source = stored ? `/sandbox/photos/${stored[0].file_unique_id}` : pictured ? `/sandbox/inline/${query.query_id}/pictures/${number}` : null;
    const sign = source ? make("img.suggestion-picture", { src: source, alt: "", loading: "lazy", width: 56, height: 56 })
      : make("span.suggestion-picture", {}, icon("file"));
    const title = result.title || result.message.caption || result.message.text || result.type;
    const id = query.query_id;
    return {
      node: [sign, make("span.suggestion-lines", {}, make("span.suggestion-name", {}, title), make("span.quiet", {}, result.description || ""))],
      choose: async () => {
        this.clear();
        try { await post(`/users/${query.person}/choose`, { query_id: id, result_id: result.id }); } catch (error) { complain(error); }
      },
    };
  }

  note(words) {
    this.items = [];
    this.at = -1;
    $("suggestions").replaceChildren(make("div.suggestion-note", { role: "presentation" }, words));
    this.open(true, words);
  }

  show(items, name) {
    if (!items.length) { this.close(); return; }
    this.items = items;
    this.at = 0;
    $("suggestions").replaceChildren(...items.map((item, index) => {
      const node = make("div.suggestion", { role: "option", id: `suggestion-${index}` }, ...item.node);
      node.addEventListener("pointerdown", (event) => event.preventDefault());
      node.addEventListener("click", item.choose);
      return node;
    }));
    this.open(true, name);
    this.mark();
  }

  open(open, name) {
    $("suggestions").hidden = !open;
    if (name) $("suggestions").setAttribute("aria-label", name);
    this.field.setAttribute("aria-expanded", String(open && this.items.length > 0));
  }

  mark() {
    [...$("suggestions").children].forEach((node, index) => {
      node.setAttribute("aria-selected", String(index === this.at));
      if (index === this.at) node.scrollIntoView({ block: "nearest" });
    });
    if (this.at >= 0) this.field.setAttribute("aria-activedescendant", `suggestion-${this.at}`);
    const query = this.query;
    if (query?.next_offset && this.at === this.items.length - 1 && !query.asked) {
      query.asked = true;
      this.ask(query.query, query.next_offset);
    }
  }

  close() {
    this.items = [];
    this.at = -1;
    this.query = null;
    clearTimeout(this.timer);
    this.field.removeAttribute("aria-activedescendant");
    this.open(false);
  }

  clear() {
    this.field.value = "";
    this.field.dispatchEvent(new Event("input"));
    this.close();
  }

  /** True when the key was for the list. */
  key(event) {
    if (event.key === "Escape" && !$("suggestions").hidden) { this.close(); event.stopPropagation(); return true; }
    if (!this.items.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.at = (this.at + step + this.items.length) % this.items.length;
      this.mark();
      return true;
    }
    if (event.key === "Enter" || event.key === "Tab") {
      event.preventDefault();
      this.items[this.at].choose();
      return true;
    }
    return false;
  }
}
