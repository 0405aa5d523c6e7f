// What is wrong with the page for those who can't see it well, or use no mouse. Returns lines; none: all is well.
() => {
  const problems = [];
  const tell = (what, node) => problems.push(`${what}: ${(node.outerHTML || String(node)).slice(0, 160)}`);
  const modal = document.querySelector("dialog:modal");
  const seen = (node) => {
    if (modal && !modal.contains(node)) return false;
    if (node.closest("[inert], [aria-hidden='true']")) return false;
    return node.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && node.getClientRects().length > 0;
  };

  const words = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.textContent;
    if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute("aria-hidden") === "true") return "";
    return node.getAttribute("aria-label") || node.alt || [...node.childNodes].map(words).join(" ");
  };
  const name = (node) => {
    const by = node.getAttribute("aria-labelledby");
    if (by) return by.split(" ").map((id) => document.getElementById(id)?.textContent || "").join(" ");
    const labels = node.labels ? [...node.labels].map(words).join(" ") : "";
    return (node.getAttribute("aria-label") || labels || (/^(INPUT|SELECT|TEXTAREA)$/.test(node.tagName) ? "" : words(node)) || node.title || "").trim();
  };

  // Names, sizes and order of controls.
  const controls = "a[href], button, input, select, textarea, summary, video[controls], audio[controls], [tabindex='0'], [role=option], [role=menuitem]";
  for (const node of document.querySelectorAll(controls)) {
    if (!seen(node)) continue;
    if (!name(node) && node.tagName !== "PRE") tell("no name", node);
    if (node.tabIndex > 0) tell("jumps the queue", node);
    const { width, height } = node.getBoundingClientRect();
    const inText = node.closest(".words, .rich, .preview, .table, label, .panel-field") || node.matches(".unseen, .as-link");
    if (!inText && (width < 24 || height < 24)) tell(`small (${Math.round(width)}×${Math.round(height)})`, node);
  }
  for (const image of document.querySelectorAll("img")) if (!image.hasAttribute("alt")) tell("no alt", image);
  for (const node of document.querySelectorAll("svg")) if (!node.closest("[aria-hidden=true]") && node.getAttribute("role") !== "img") tell("a drawing that is read out", node);

  // Landmarks, headings, references.
  if (document.querySelectorAll("main").length !== 1) tell("not one main", document.body);
  if (document.querySelectorAll("h1").length !== 1) tell("not one h1", document.body);
  if (!document.documentElement.lang) tell("no language", document.documentElement);
  if (!document.title) tell("no title", document.head);
  for (const node of document.querySelectorAll("nav, aside:not([role]), main")) if (seen(node) && !name(node)) tell("a landmark without a name", node);
  let level = 1;
  for (const node of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    if (!seen(node)) continue;
    const own = Number(node.tagName[1]);
    // Which levels an article uses is its author's affair.
    if (own > level + 1 && !node.closest(".rich")) tell(`h${own} after h${level}`, node);
    level = own;
  }
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  for (const id of new Set(ids)) if (ids.filter((one) => one === id).length > 1) problems.push(`two of id ${id}`);
  for (const attribute of ["aria-controls", "aria-labelledby", "aria-activedescendant", "for"]) {
    for (const node of document.querySelectorAll(`[${attribute}]`)) {
      for (const id of node.getAttribute(attribute).split(" ")) if (!document.getElementById(id)) tell(`${attribute} leads nowhere`, node);
    }
  }
  for (const node of document.querySelectorAll("[role=listbox]")) if (seen(node) && !node.querySelector("[role=option], [role=presentation]")) tell("a list box without options", node);
  for (const node of document.querySelectorAll("[role=menu]")) if (seen(node) && !node.querySelector("[role=menuitem]")) tell("a menu without items", node);

  // Contrast: what is written against everything painted below it.
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => top.slice(0, 3).map((value, index) => value * top[3] + below[index] * (1 - top[3]));
  const colorsOf = (style) => {
    const drawn = style.backgroundImage.includes("gradient") ? style.backgroundImage.match(/(rgba?|color|oklab|color-mix)\([^()]*\)/g) || [] : [];
    return [style.backgroundColor, ...drawn].map(rgba).filter((color) => color[3] > 0);
  };
  /** Every background that the text may have, with gradients at all of their colours. */
  const grounds = (node) => {
    let layers = [];
    for (let at = node; at; at = at.parentElement) {
      const found = colorsOf(getComputedStyle(at));
      if (found.length) layers.push(found);
      if (found.some((color) => color[3] === 1)) break;
    }
    let below = [[255, 255, 255]];
    for (const layer of layers.reverse()) below = layer.flatMap((color) => below.map((one) => over(color, one)));
    return below;
  };
  const light = (color) => {
    const [r, g, b] = color.map((value) => { const one = value / 255; return one <= .03928 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4; });
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const contrast = (a, b) => { const [high, low] = [light(a), light(b)].sort((x, y) => y - x); return (high + .05) / (low + .05); };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const told = new Set();
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const node = text.parentElement;
    if (!text.textContent.trim() || !seen(node) || node.closest(".unseen, :disabled, .spoiler:not(.shown), option")) continue;
    const style = getComputedStyle(node);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    for (const ground of grounds(node)) {
      const ratio = contrast(over(rgba(style.color), ground), ground);
      const line = `contrast ${ratio.toFixed(2)} of ${style.color} on ${ground.map(Math.round)}`;
      if (ratio < (large ? 3 : 4.5) && !told.has(line)) { told.add(line); tell(line, node); }
    }
  }
  return problems;
}
