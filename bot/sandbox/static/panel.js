// The panel: what the bot does, and how to make its life harder. It asks once a second while it is seen.
import { get, post, remove } from "./api.js";
import { chart } from "./chart.js";
import { complain, toast } from "./dialogs.js";
import { iconButton, make } from "./dom.js";
import { PANEL_WORDS } from "./panel-words.js";
import { FAULTS, faultOf, named } from "./trouble.js";
import { language, learn, number, say } from "./words.js";

learn(PANEL_WORDS);
const PERIOD = 1000;
const LINES = 200;
/** Of the journal that are shown. */
const CROWD_FIRST = 900000000;

const field = (words, control, more = "") => make(`label.panel-field${more}`, {}, make("span", {}, say(words)), control);
const option = (value, words, selected) => make("option", { value, selected }, words);
const number_ = (id, value, more = {}) => make("input", { id, type: "number", inputmode: "numeric", value, ...more });
const strong = (words) => make("button.strong", { type: "submit" }, say(words));
const check = (id, words) => make("label.panel-check", {}, make("input", { id, type: "checkbox" }), make("span", {}, say(words)));

/** The level of the parts' headings: the drawer has one more above them. */
let level = 2;

function part(id, ...inside) {
  return make(`section.panel-part.panel-${id}`, { "aria-labelledby": `panel-${id}` }, make(`h${level}.panel-title`, { id: `panel-${id}` }, say(id)), ...inside);
}

function form(submit, ...inside) {
  const node = make("form", { autocomplete: "off" }, ...inside);
  node.addEventListener("submit", (event) => { event.preventDefault(); submit().catch(complain); });
  return node;
}

export class Panel {
  constructor(root, headings = 2) {
    level = headings;
    this.root = root;
    this.next = 0;
    this.lines = [];
    this.methods = new Set();
    root.replaceChildren(this.traffic(), this.faults(), this.flood(), this.crowd(), this.newcomers(), this.copies(), this.warnings(), this.journal());
  }

  $(id) {
    return this.root.querySelector(`#${id}`);
  }

  start() {
    if (!this.timer) this.timer = setInterval(() => this.look(), PERIOD);
    this.look();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
  }

  async look() {
    if (this.looking || document.hidden) return;
    this.looking = true;
    try {
      const [state, rates, faults] = await Promise.all([get("/state"), get("/rates?seconds=60"), get("/faults")]);
      this.showTraffic(state, rates.seconds);
      this.showPeople(state);
      this.showFaults(faults);
      this.showFlood(state);
      await this.showWarnings(state);
      await this.readJournal();
    } catch { /* the sandbox is away; the next look may find it */ } finally {
      this.looking = false;
    }
  }

  // --- traffic ---

  traffic() {
    const figure = (id, words) => make("div.figure", {}, make("strong", { id }, "0"), make("span", {}, say(words)));
    return part("traffic", make("div.figures", {}, figure("n-rate", "rate"), figure("n-sent", "sent"), figure("n-errors", "errors"),
      figure("n-calls", "calls"), figure("n-pending", "pending"), figure("n-crowd", "silent")),
      make("div", { id: "chart" }), make("p.panel-hint", {}, say("chart_axis")));
  }

  showTraffic(state, seconds) {
    const told = { rate: seconds.at(-2)?.sent || 0, sent: state.counts.sent || 0, errors: state.counts.errors || 0, calls: state.counts.calls || 0, pending: state.pending_updates, crowd: state.crowd };
    for (const [name, value] of Object.entries(told)) this.$(`n-${name}`).textContent = number(value);
    this.$("chart").replaceChildren(chart(seconds));
  }

  // --- faults ---

  faults() {
    const methods = ["sendMessage", "sendPhoto", "sendMediaGroup", "sendRichMessage", "editMessageText", "answerCallbackQuery", "getUpdates"];
    const kind = make("select", { id: "fault-kind" }, ...Object.keys(FAULTS).map((one) => option(one, say(one))));
    const seconds = field("seconds", number_("fault-seconds", 5, { min: 0, step: "any", max: 3600 }));
    kind.addEventListener("change", () => { seconds.hidden = !FAULTS[kind.value].seconds; });
    this.whom = make("select", { id: "fault-whom" }, option("", say("everybody")), option("every:2", say("every", { n: 2 })), option("every:10", say("every", { n: 10 })));
    return part("faults", form(() => this.addFault(),
      field("fault_kind", kind, ".broad"),
      field("method", make("select", { id: "fault-method" }, option("*", say("any")), ...methods.map((one) => option(one, one, one === "sendMessage")))),
      field("whom", this.whom), seconds, field("times", number_("fault-times", 1, { min: 1 })), strong("make_fault")),
    make("ul.fault-list", { id: "fault-list" }),
    make("button.soft", { type: "button", id: "fault-clear", onclick: () => remove("/faults").then(() => this.look()).catch(complain) }, say("clear")));
  }

  async addFault() {
    const given = { kind: this.$("fault-kind").value, method: this.$("fault-method").value, whom: this.whom.value, seconds: Number(this.$("fault-seconds").value), times: this.$("fault-times").value };
    await post("/faults", faultOf(given));
    await this.look();
  }

  showFaults({ faults, spent }) {
    const list = this.$("fault-list");
    const told = JSON.stringify([faults, spent]);
    if (list.told === told) return;
    list.told = told;
    const line = (fault, over) => make(`li${over ? ".over" : ""}`, {},
      make("span.fault-words", {}, make("strong", {}, named(fault)), make("span", {}, [
        fault.method === "*" ? "" : fault.method.join(", "), over ? say("over") : "",
        fault.times && !over ? say("hits_left", { n: fault.hits, left: fault.times }) : say("hits", { n: fault.hits })].filter(Boolean).join(" · "))),
      over ? null : iconButton("close", say("remove_fault"), () => remove(`/faults/${fault.id}`).then(() => this.look()).catch(complain)));
    const lines = [...faults.map((one) => line(one, false)), ...spent.toReversed().slice(0, 5).map((one) => line(one, true))];
    list.replaceChildren(...(lines.length ? lines : [make("li.over", {}, say("no_faults"))]));
    this.$("fault-clear").hidden = !lines.length;
  }

  showPeople(state) {
    const known = state.users.map((one) => one.id).join();
    if (this.known === known) return;
    this.known = known;
    const held = this.whom.value;
    for (const old of this.whom.querySelectorAll("[data-person]")) old.remove();
    for (const user of state.users) {
      const choice = option(`id:${user.id}`, user.first_name, held === `id:${user.id}`);
      choice.dataset.person = user.id;
      this.whom.append(choice);
    }
  }

  // --- flood control ---

  flood() {
    const node = part("flood", check("flood_on", "flood_on"), check("growing", "growing"), check("inline_mode", "inline_mode"), check("private_topics", "private_topics"),
      form(() => this.change(), field("flood_rate", number_("flood_rate", 30, { min: 1, max: 10000 })), strong("save")));
    for (const box of node.querySelectorAll("[type=checkbox]")) box.addEventListener("change", () => this.change().catch(complain));
    post("/settings").then((settings) => {
      node.querySelector("#inline_mode").checked = settings.inline_mode;
      node.querySelector("#private_topics").checked = settings.private_topics;
    }).catch(complain);
    return node;
  }

  async change() {
    await post("/settings", {
      flood_control: this.$("flood_on").checked, growing_bans: this.$("growing").checked, messages_per_second: Number(this.$("flood_rate").value),
      inline_mode: this.$("inline_mode").checked, private_topics: this.$("private_topics").checked,
    });
  }

  showFlood(state) {
    this.$("flood_on").checked = state.flood_control;
    this.$("growing").checked = state.growing_bans;
    if (document.activeElement !== this.$("flood_rate") && this.rate !== state.messages_per_second) this.$("flood_rate").value = this.rate = state.messages_per_second;
  }

  // --- people ---

  crowd() {
    return part("crowd", form(() => this.addCrowd(),
      field("crowd_count", number_("crowd-count", 1000, { min: 1, max: 1000000, required: true }), ".broad"),
      field("crowd_blocked", number_("crowd-blocked", 0, { min: 0, max: 100, step: "any" })), strong("crowd_add")),
    make("p.panel-hint", {}, say("crowd_hint", { first: CROWD_FIRST })));
  }

  async addCrowd() {
    await post("/crowd", { count: Number(this.$("crowd-count").value), blocked: Number(this.$("crowd-blocked").value) / 100 });
    await this.look();
  }

  newcomers() {
    const kinds = ["supergroup", "forum", "group", "channel"].map((one) => option(one, say(`kind_${one}`)));
    const statuses = ["administrator", "member", "left"].map((one) => option(one, say(`bot_${one}`)));
    return part("newcomers",
      form(() => this.addPerson(), make(`h${level + 1}`, {}, say("new_person")), field("name", make("input", { id: "person-name", maxlength: 30, required: true })),
        field("language", make("select", { id: "person-language" }, option("ru", "Русский"), option("kk", "Қазақша"), option("en", "English"))), strong("create")),
      form(() => this.addChat(), make(`h${level + 1}`, {}, say("new_chat")), field("chat_title", make("input", { id: "chat-title", maxlength: 60, required: true })),
        field("chat_kind", make("select", { id: "chat-kind" }, ...kinds)), field("bot_is", make("select", { id: "chat-bot" }, ...statuses)), strong("create")));
  }

  async addPerson() {
    const name = this.$("person-name");
    await post("/users", { first_name: name.value, language_code: this.$("person-language").value });
    toast(say("created", { name: name.value }));
    name.value = "";
  }

  /** Everybody is in it, the first person founds it. */
  async addChat() {
    const title = this.$("chat-title");
    const kind = this.$("chat-kind").value;
    const { users } = await get("/state");
    const bot = this.$("chat-bot").value;
    await post("/chats", {
      title: title.value, type: kind === "forum" ? "supergroup" : kind, is_forum: kind === "forum", creator: users[0].id,
      members: users.slice(1).map((one) => one.id), ...(bot === "left" ? {} : { bot }),
    });
    toast(say("created", { name: title.value }));
    title.value = "";
  }

  // --- copies ---

  copies() {
    return part("copies", form(() => this.count(), field("copies_text", make("input", { id: "copies-text" }), ".broad"), strong("count_it")),
      make("div", { id: "copies-found", "aria-live": "polite" }));
  }

  async count() {
    const { readers, messages } = await get(`/copies?text=${encodeURIComponent(this.$("copies-text").value)}`);
    const head = make("tr", {}, ...["message", "got_it", "duplicates", "missing"].map((one) => make("th", { scope: "col" }, say(one))));
    const rows = messages.slice(-20).map((one) => make("tr", {}, make("td", {}, one.summary),
      ...[one.readers, one.duplicates, one.missing].map((value, index) => make(`td.figure-cell${index && value ? ".bad" : ""}`, {}, number(value)))));
    this.$("copies-found").replaceChildren(make("p.panel-hint", {}, say("copies_who", { n: number(readers) })),
      rows.length ? make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)) : make("p", {}, say("none_found")));
  }

  // --- warnings ---

  warnings() {
    return part("warnings", make("ul.warnings", { id: "warning-list" }, make("li", {}, say("no_warnings"))));
  }

  async showWarnings(state) {
    if (!state.warnings || state.warnings === this.warned) return;
    this.warned = state.warnings;
    const { warnings } = await get("/warnings");
    this.$("warning-list").replaceChildren(...warnings.slice(-10).reverse().map((one) => make("li", {}, one.warning, " ", make("span.quiet", {}, String(one.chat_id)))));
  }

  // --- journal ---

  journal() {
    const again = () => { this.next = 0; this.lines = []; this.readJournal().catch(complain); };
    this.method = make("select", { id: "journal-method", onchange: again }, option("", say("any")));
    const errors = check("journal-errors", "only_errors");
    const live = check("journal-live", "live");
    errors.firstChild.addEventListener("change", again);
    live.firstChild.checked = true;
    const columns = ["time", "method", "to", "answer", "message"];
    return part("journal", make("div.journal-tools", {}, field("method", this.method), errors, live),
      make("div.journal-lines", { tabindex: 0, role: "group", "aria-label": say("journal") },
        make("table", {}, make("thead", {}, make("tr", {}, ...columns.map((one) => make("th", { scope: "col" }, say(one))))), make("tbody", { id: "journal-body" }))));
  }

  async readJournal() {
    if (this.next && !this.$("journal-live").checked) return;
    const asked = new URLSearchParams({ since: this.next, last: LINES, method: this.method.value });
    if (this.$("journal-errors").checked) asked.set("errors", "1");
    const first = this.next === 0;
    const { calls, next } = await get(`/journal?${asked}`);
    if (next === this.next && !first) return;
    this.next = next;
    this.lines = [...this.lines, ...calls].slice(-LINES);
    for (const call of calls) this.learnMethod(call.method);
    const body = this.$("journal-body");
    const fresh = calls.toReversed().map((call) => this.line(call));
    if (first) body.replaceChildren(...fresh); else body.prepend(...fresh);
    while (body.children.length > LINES) body.lastChild.remove();
    if (!body.children.length) body.append(make("tr", {}, make("td", { colspan: 5 }, say("no_calls"))));
  }

  learnMethod(method) {
    if (this.methods.has(method)) return;
    this.methods.add(method);
    this.method.append(option(method, method));
  }

  line(call) {
    const time = new Date(call.time * 1000).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    const answer = call.ok ? make("td.good", {}, "OK") : make("td.bad", {}, `${call.error_code} ${call.description}`);
    return make("tr", {}, make("td", {}, time), make("td", {}, call.method), make("td", {}, String(call.chat_id ?? "")), answer, make("td", {}, call.summary || ""));
  }
}
