// Messages a second as bars.
import { say, number } from "./words.js";

const SPACE = "http://www.w3.org/2000/svg";
const [WIDE, HIGH] = [360, 96];

function shape(name, attributes) {
  const node = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

/** `seconds`: {time, sent}, the newest last; that one is not over yet. */
export function chart(seconds) {
  const most = Math.max(1, ...seconds.map((one) => one.sent));
  const now = seconds.at(-2)?.sent || 0;
  const svg = shape("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, class: "chart", role: "img", preserveAspectRatio: "none" });
  svg.setAttribute("aria-label", say("chart", { now: number(now), most: number(most) }));
  const step = WIDE / seconds.length;
  seconds.forEach((one, index) => {
    const high = one.sent ? Math.max(2, (HIGH - 4) * one.sent / most) : 1;
    svg.append(shape("rect", { x: (index * step + .6).toFixed(1), y: (HIGH - high).toFixed(1), width: (step - 1.2).toFixed(1), height: high.toFixed(1), rx: 1.2 }));
  });
  return svg;
}
