// One message as DOM nodes. Texts are only ever put in as text, never as HTML.

export function make(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

/** Text with entities → nodes. Offsets count UTF-16 units, as JavaScript's strings do. */
export function formatted(text, entities) {
  const sorted = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  let next = 0;
  function range(start, end) {
    const nodes = [];
    let at = start;
    while (next < sorted.length && sorted[next].offset < end) {
      const entity = sorted[next++];
      const from = Math.max(entity.offset, at);
      const to = Math.min(entity.offset + entity.length, end);
      if (to <= from) continue;
      if (from > at) nodes.push(text.slice(at, from));
      nodes.push(wrap(entity, text.slice(from, to), range(from, to)));
      at = to;
    }
    if (at < end) nodes.push(text.slice(at, end));
    return nodes;
  }
  return range(0, text.length);
}

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote" };

function wrap(entity, words, children) {
  if (TAGS[entity.type]) return make(TAGS[entity.type], "", ...children);
  if (entity.type === "text_link") return link(entity.url, children);
  if (entity.type === "url") return link(words, children);
  if (entity.type === "spoiler") {
    const node = make("span", "spoiler", ...children);
    node.addEventListener("click", () => node.classList.add("shown"));
    return node;
  }
  if (["hashtag", "mention", "bot_command", "cashtag"].includes(entity.type)) {
    const node = make("span", "hashtag", ...children);
    if (entity.type === "bot_command") node.dataset.command = words;
    return node;
  }
  return make("span", "", ...children);
}

function link(url, children) {
  const node = make("a", "", ...children);
  if (/^(https?|tg|mailto|tel):/i.test(url)) node.href = url;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}

export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

function photo(message) {
  const largest = message.photo[message.photo.length - 1];
  const image = make("img");
  image.src = `/sandbox/photos/${largest.file_unique_id}`;
  image.alt = (message.caption || "Photo").slice(0, 120);
  image.width = largest.width;
  image.height = largest.height;
  return image;
}

/** `parts` are the messages of an album, or a single one. `tap` is called with a callback button. */
export function bubble(parts, tap) {
  const message = parts[0];
  const node = make("article", message.from.is_bot ? "message" : "message mine");
  node.dataset.id = message.message_id;
  const body = make("div", "bubble");
  if (message.reply_to_message) {
    const said = message.reply_to_message.text || message.reply_to_message.caption || "Photo";
    body.append(make("div", "reply", said.slice(0, 80)));
  }
  const photos = parts.filter((part) => part.photo);
  if (photos.length === 1) body.append(photo(photos[0]));
  else if (photos.length) body.append(make("div", "album", ...photos.map(photo)));
  const written = parts.find((part) => part.text || part.caption);
  if (written) {
    const text = written.text || written.caption;
    body.append(make("div", "words", ...formatted(text, written.entities || written.caption_entities)));
  } else if (!photos.length) {
    body.append(make("div", "words", "(a kind of message that this page can't show yet)"));
  }
  const preview = message.link_preview_options;
  if (preview && preview.url && !preview.is_disabled) body.append(make("div", "preview", "Preview of ", link(preview.url, [preview.url])));
  body.append(make("div", "meta", (message.edit_date ? "edited " : "") + clock(message.date)));
  node.append(body);
  const rows = (message.reply_markup && message.reply_markup.inline_keyboard) || [];
  if (rows.length) node.append(make("div", "keyboard", ...rows.map((row) => make("div", "row", ...row.map((one) => button(one, message, tap))))));
  return node;
}

function button(one, message, tap) {
  if (one.url) {
    const node = link(one.url, [one.text]);
    node.setAttribute("role", "button");
    return node;
  }
  const node = make("button", "", one.text);
  node.type = "button";
  node.addEventListener("click", () => tap(message, one, node));
  return node;
}
