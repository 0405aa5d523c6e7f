// Faults as one chooses them, and as the sandbox takes them.
import { say } from "./words.js";

const error = (error_code, description) => () => ({ error: { error_code, description } });

/** `seconds`: whether the fault asks for a time. */
export const FAULTS = {
  fault_all: { seconds: true, action: (seconds) => ({ ban: Math.max(1, Math.round(seconds)), scope: "all" }) },
  fault_one: { seconds: true, action: (seconds) => ({ ban: Math.max(1, Math.round(seconds)), scope: "chat" }) },
  fault_403: { action: error(403, "Forbidden: bot was blocked by the user") },
  fault_400: { action: error(400, "Bad Request: chat not found") },
  fault_500: { action: error(500, "Internal Server Error") },
  fault_502: { action: () => ({ garbage: "before" }) },
  fault_lost: { action: () => ({ drop: "after" }) },
  fault_cut: { action: () => ({ drop: "before" }) },
  fault_hang: { seconds: true, action: (seconds) => ({ hang: seconds }) },
  fault_slow: { seconds: true, action: (seconds) => ({ delay: seconds, jitter: seconds / 2 }) },
};

/** `whom`: "", "id:NUMBER" or "every:NUMBER"; `times`: "" for ever. */
export function faultOf({ kind, method, whom, seconds, times }) {
  const [which, value] = whom.split(":");
  const chat = { id: Number(value), every: { every: Number(value) } }[which] ?? null;
  return { method, chat_id: chat, times: times ? Number(times) : null, action: FAULTS[kind].action(seconds) };
}

/** What a fault is called in the list. */
export function named({ action }) {
  const time = (value) => `${Number(value)} s`;
  if (action.ban) return `429 · ${time(action.ban)}`;
  if (action.error) return `${action.error.error_code} · ${action.error.description}`;
  if (action.garbage) return say("fault_502");
  if (action.drop) return say(action.drop === "after" ? "fault_lost" : "fault_cut");
  if (action.hang) return `${say("fault_hang")} · ${time(action.hang)}`;
  if (action.delay) return `${say("fault_slow")} · ${time(action.delay)}`;
  return JSON.stringify(action);
}
