// The sandbox's own interface, and nothing else.

export class Refused extends Error {}

async function told(response) {
  const content = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(content.error || response.statusText);
  return content;
}

export const get = async (path) => told(await fetch(`/sandbox${path}`));

export async function post(path, content = {}) {
  const headers = { "Content-Type": "application/json" };
  return told(await fetch(`/sandbox${path}`, { method: "POST", headers, body: JSON.stringify(content) }));
}

export const remove = async (path) => told(await fetch(`/sandbox${path}`, { method: "DELETE" }));

/** Server-sent events; the browser asks again by itself when the connection ends. */
export function listen({ opened, happened, lost }) {
  const events = new EventSource("/sandbox/events");
  events.onopen = opened;
  events.onerror = lost;
  events.onmessage = (event) => happened(JSON.parse(event.data));
}
