// Nodes and signs. Texts are only ever put in as text, never as HTML.

/** `make("a.link", {href}, …children)`; attributes that are null, undefined or false are left out. */
export function make(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const SHAPES = {
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  menu: "M4 7h16M4 12h16M4 17h16",
  attach: "M20 11.5l-8.2 8.2a5 5 0 01-7.1-7.1l8.6-8.5a3.4 3.4 0 014.8 4.8l-8.5 8.5a1.7 1.7 0 01-2.4-2.4l7.8-7.8",
  send: "M4 4.5l16.5 7.5L4 19.5l2.5-6.5L14 12 6.5 11z",
  keyboard: "M3 7h18v10H3zM7 10.5v.01M11 10.5v.01M15 10.5v.01M8 14h8",
  down: "M6 9.5l6 6 6-6",
  up: "M6 14.5l6-6 6 6",
  sun: "M12 8a4 4 0 100 8 4 4 0 000-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  moon: "M20 14.5A8.5 8.5 0 019.5 4a8.5 8.5 0 1010.5 10.5z",
  auto: "M12 3a9 9 0 100 18zM12 3a9 9 0 010 18",
  gauge: "M4 18a9 9 0 1116 0M12 15l4.5-5",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  reply: "M9 7l-5 5 5 5M4 12h9a6 6 0 016 6",
  forward: "M15 7l5 5-5 5M20 12h-9a6 6 0 00-6 6",
  edit: "M5 19l1-4L16 5l3 3L9 18z",
  copy: "M9 9h10v11H9zM6 15H5V4h10v2",
  check: "M5 12.5l4.5 4.5L19 7.5",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  note: "M9 18V6l10-2v12M9 18a2.5 2.5 0 11-5 0 2.5 2.5 0 015 0zM19 16a2.5 2.5 0 11-5 0 2.5 2.5 0 015 0z",
  play: "M8 5l11 7-11 7z",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  link: "M7 17L17 7M9.5 7H17v7.5",
  people: "M9 11a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM2.5 20a6.5 6.5 0 0113 0M16 4.5a3.5 3.5 0 010 6.5M18 14.5a6.5 6.5 0 013.5 5.5",
  channel: "M4 10v4l3 .5 1 4h2l-.5-3.5L19 18V6L7 9.5z",
  hash: "M9 4L7 20M17 4l-2 16M4.5 9H20M4 15h15.5",
  block: "M12 3a9 9 0 100 18 9 9 0 000-18zM5.7 5.7l12.6 12.6",
  globe: "M12 3a9 9 0 100 18 9 9 0 000-18zM3 12h18M12 3c3.5 3.5 3.5 14.5 0 18M12 3c-3.5 3.5-3.5 14.5 0 18",
  shield: "M12 3l7 3v5.5c0 4.5-3 8-7 9.5-4-1.5-7-5-7-9.5V6z",
  plus: "M12 5v14M5 12h14",
  switch: "M5 9h12l-3-3M19 15H7l3 3",
};

/** A sign in lines, drawn here; says nothing to screen readers. */
export function icon(name, extra = "") {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon ${extra}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

/** A button that is only a sign. */
export function iconButton(name, label, onclick, more = {}) {
  return make("button.icon-button", { type: "button", "aria-label": label, title: label, onclick, ...more }, icon(name));
}

export function avatar(name, id, extra = "") {
  const letters = [...(name || "?").trim()].slice(0, 1).join("").toUpperCase();
  return make(`span.avatar.hue-${Math.abs(Number(id)) % 7}${extra}`, { "aria-hidden": "true" }, letters);
}

/** Arrow keys, Home and End among the children that can be focused. */
export function walk(event, nodes) {
  const at = nodes.indexOf(document.activeElement);
  const step = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: nodes.length - 1 }[event.key];
  if (step === undefined || !nodes.length) return;
  event.preventDefault();
  nodes[(step + nodes.length) % nodes.length].focus();
}

export const calmly = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
