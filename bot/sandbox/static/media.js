// Photos, albums, videos, music, voice, files, and what hides or enlarges them.
import { icon, make } from "./dom.js";
import { say } from "./words.js";

export const address = (file) => `/sandbox/files/${file.file_unique_id}`;
const picture = (size) => `/sandbox/photos/${size.file_unique_id}`;

/** The words for what a message without words is. */
export function kindOf(message) {
  const kinds = ["photo", "video", "animation", "audio", "voice", "document", "location", "contact"];
  const found = kinds.find((kind) => message[kind]);
  if (found === "document" && message.document.file_name) return message.document.file_name;
  if (found) return say(found);
  return message.rich_message ? say("article") : service(message) || say("unknown");
}

const title = (user) => user?.first_name || user?.title || "?";

/** What a message that nobody wrote says; empty for others. */
export function service(message) {
  const by = title(message.from || message.sender_chat || message.chat);
  if (message.new_chat_members) return say("joined", { name: message.new_chat_members.map(title).join(", ") });
  if (message.left_chat_member) return say("left", { name: title(message.left_chat_member) });
  if (message.pinned_message) return say("pinned_it", { name: by });
  if (message.forum_topic_created) return say("topic_made", { name: message.forum_topic_created.name });
  if (message.forum_topic_edited) return say("topic_named", { name: message.forum_topic_edited.name });
  if (message.forum_topic_closed) return say("topic_closed");
  if (message.forum_topic_reopened) return say("topic_open");
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return say("upgraded");
  return "";
}

/** `about` is what screen readers say of it. */
export function photo(sizes, { about, hidden = false, fill = false } = {}) {
  const largest = sizes[sizes.length - 1];
  const image = make("img", {
    src: picture(largest), alt: about || say("photo"), width: largest.width, height: largest.height, decoding: "async",
  });
  const node = make("button.photo", { type: "button", "aria-label": `${say("open_photo")}: ${about || say("photo")}` }, image);
  if (fill) node.classList.add("fill");
  node.addEventListener("click", () => enlarge(picture(largest), about));
  return hidden ? veiled(node) : node;
}

/** Blurred until it is asked for. */
function veiled(node) {
  const veil = make("button.veil", { type: "button" }, make("span", {}, say("hidden_photo")));
  const box = make("div.veiled", {}, node, veil);
  node.setAttribute("inert", "");
  veil.addEventListener("click", () => {
    veil.remove();
    node.removeAttribute("inert");
    box.classList.add("shown");
  });
  return box;
}

function enlarge(source, about) {
  const image = make("img", { src: source, alt: about || say("photo") });
  const close = make("button.icon-button.lightbox-close", { type: "button", "aria-label": say("close") }, icon("close"));
  const dialog = make("dialog.lightbox", { "aria-label": about || say("photo") }, image, close);
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

export function video(file, { about, hidden = false } = {}) {
  const poster = file.cover ? picture(file.cover[file.cover.length - 1]) : file.thumbnail ? picture(file.thumbnail) : null;
  const node = make("video.video", {
    src: address(file), poster, controls: true, preload: "metadata", playsinline: true, "aria-label": about || say("video"),
    width: file.width || 640, height: file.height || 360,
  });
  return hidden ? veiled(node) : node;
}

export function animation(file, { about, hidden = false } = {}) {
  if (file.mime_type?.startsWith("image/")) {
    const image = make("img.video", { src: address(file), alt: about || say("animation"), width: file.width || 320, height: file.height || 240 });
    return hidden ? veiled(image) : image;
  }
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const node = make("video.video", {
    src: address(file), loop: true, muted: true, autoplay: !still, controls: still, playsinline: true,
    width: file.width || 320, height: file.height || 240, "aria-label": about || say("animation"),
  });
  node.muted = true;
  return hidden ? veiled(node) : node;
}

export function audio(file, kind) {
  const name = file.title || file.file_name || say(kind);
  return make("div.sound", {},
    make("span.sound-sign", { "aria-hidden": "true" }, icon(kind === "voice" ? "play" : "note")),
    make("div.sound-lines", {},
      make("strong", {}, name),
      file.performer ? make("span.quiet", {}, file.performer) : null,
      make("audio", { src: address(file), controls: true, preload: "none", "aria-label": name })));
}

export function size(bytes) {
  const units = ["B", "KB", "MB"];
  let value = bytes || 0;
  let unit = 0;
  while (value >= 1024 && unit < 2) { value /= 1024; unit++; }
  return `${unit ? value.toFixed(1) : value} ${units[unit]}`;
}

export function documentOf(file) {
  const name = file.file_name || say("document");
  return make("a.file", { href: address(file), download: name, "aria-label": say("download", { name }) },
    make("span.file-sign", { "aria-hidden": "true" }, icon("file")),
    make("span.file-lines", {}, make("strong", {}, name), make("span.quiet", {}, size(file.file_size))));
}

export function map(location, { zoom } = {}) {
  const where = `${location.latitude.toFixed(4)}, ${location.longitude.toFixed(4)}`;
  return make("div.map", { role: "img", "aria-label": say("map", { place: where }) },
    make("span.map-pin", { "aria-hidden": "true" }, icon("pin")), make("span.map-words", {}, zoom ? `${where} · ×${zoom}` : where));
}

export function contact(person) {
  const name = [person.first_name, person.last_name].filter(Boolean).join(" ");
  return make("div.file", {}, make("span.file-sign", { "aria-hidden": "true" }, icon("people")),
    make("span.file-lines", {}, make("strong", {}, name), make("span.quiet", {}, person.phone_number)));
}

/** What a message carries besides words, or null. */
export function mediaOf(message) {
  const about = (message.caption || "").slice(0, 140);
  const hidden = Boolean(message.has_media_spoiler);
  if (message.photo) return photo(message.photo, { about, hidden });
  if (message.video) return video(message.video, { about, hidden });
  if (message.animation) return animation(message.animation, { about, hidden });
  if (message.audio) return audio(message.audio, "audio");
  if (message.voice) return audio(message.voice, "voice");
  if (message.document) return documentOf(message.document);
  if (message.location) return map(message.location);
  if (message.contact) return contact(message.contact);
  return null;
}

/** Photos and videos side by side, files and music below each other. */
export function album(parts) {
  if (!parts.every((part) => part.photo || part.video)) return make("div.stack", {}, ...parts.map(mediaOf));
  const tiles = parts.map((part) => {
    const about = part.caption || say(part.photo ? "photo" : "video");
    const options = { about, hidden: part.has_media_spoiler, fill: true };
    return make("div.tile", { "data-id": part.message_id }, part.photo ? photo(part.photo, options) : video(part.video, options));
  });
  return make(`div.album.of-${Math.min(parts.length, 10)}`, {}, ...tiles);
}
