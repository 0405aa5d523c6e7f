// What both pages share: words in the markup, theme, language of the page.
import { icon } from "./dom.js";
import { language, say, speak } from "./words.js";

const THEMES = ["auto", "light", "dark"];
const SIGNS = { auto: "auto", light: "sun", dark: "moon" };
const $ = (id) => document.getElementById(id);

const theme = () => document.documentElement.dataset.theme || "auto";

function showTheme() {
  const words = say("theme", { which: say(`theme_${theme()}`) });
  $("theme").replaceChildren(icon(SIGNS[theme()]));
  $("theme").setAttribute("aria-label", words);
  $("theme").title = words;
}

function changeTheme() {
  const next = THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length];
  if (next === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try { localStorage.setItem("theme", next); } catch { /* until it is left */ }
  showTheme();
}

/** In the markup: data-say for the words inside, data-name for a name, data-hint for a placeholder, data-sign for a sign. */
function fill() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of document.querySelectorAll("[data-name]")) {
    node.setAttribute("aria-label", say(node.dataset.name));
    if (node.matches("button, a")) node.title = say(node.dataset.name);
  }
  for (const node of document.querySelectorAll("[data-hint]")) node.placeholder = say(node.dataset.hint);
  for (const node of document.querySelectorAll("[data-sign]")) node.prepend(icon(node.dataset.sign));
}

export function setUpPage() {
  fill();
  showTheme();
  $("theme").addEventListener("click", changeTheme);
  $("page-language").value = language;
  $("page-language").addEventListener("change", () => speak($("page-language").value));
  const notice = $("notice");
  const seen = () => { try { return sessionStorage.getItem("notice") === "seen"; } catch { return false; } };
  if (!notice) return;
  notice.hidden = seen();
  $("notice-close").addEventListener("click", () => {
    notice.hidden = true;
    try { sessionStorage.setItem("notice", "seen"); } catch { /* until it is left */ }
  });
}
