// Link previews. A page of this machine (the demo newsroom's) tells its title and picture; any other stays plain,
// since nothing leaves the machine.
import { make } from "./dom.js";
import { link } from "./text.js";
import { tell } from "./store.js";

const known = new Map();

async function read(url) {
  const response = await fetch(url);
  if (!response.ok || !response.headers.get("Content-Type")?.startsWith("text/html")) return {};
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const told = (name) => page.querySelector(`meta[property="og:${name}"]`)?.content || "";
  return { site: told("site_name"), title: told("title") || page.title, words: told("description"), picture: told("image") };
}

const onThisMachine = (url) => new URL(url).origin === location.origin;

/** The address whose preview Telegram would show, or null. */
export function previewed(message) {
  const options = message.link_preview_options || {};
  if (!message.text || options.is_disabled) return null;
  if (options.url) return { ...options, url: options.url };
  const first = (message.entities || []).find((entity) => entity.type === "url" || entity.type === "text_link");
  if (!first) return null;
  const words = message.text.slice(first.offset, first.offset + first.length);
  const url = first.url || (/^[a-z]+:/i.test(words) ? words : `http://${words}`);
  return /^https?:/i.test(url) && !/^https?:\/\/t\.me\//i.test(url) ? { ...options, url } : null;
}

export function preview(options) {
  let host = options.url;
  try { host = new URL(options.url).host; } catch { /* shown as it is */ }
  const node = make("div.preview", {}, make("span.preview-site", {}, host), make("span.preview-title", {}, link(options.url, [options.url])));
  let mine = false;
  try { mine = onThisMachine(options.url); } catch { /* no address */ }
  if (!mine) return node;
  if (!known.has(options.url)) known.set(options.url, read(options.url).catch(() => ({})));
  known.get(options.url).then((page) => {
    if (!page.title) return;
    const small = options.prefer_small_media || (!options.prefer_large_media && !page.picture);
    const image = page.picture && onThisMachine(page.picture)
      ? make("img", { src: page.picture, alt: "", width: 1280, height: 720, decoding: "async" }) : null;
    node.classList.add(small ? "small" : "large");
    node.replaceChildren(make("span.preview-site", {}, page.site || host),
      make("span.preview-title", {}, link(options.url, [page.title])),
      ...(page.words ? [make("span.preview-words", {}, page.words)] : []), ...(image ? [image] : []));
    tell("grew");
  });
  return node;
}
