// The delay layout where times have no seconds: one column a minute, accounts stacked, since within a minute nobody knows the order.
import { radii } from "./look.js";
import { markup, text, r1 } from "./marks.js";

export const MOST_DOTS = 1500; // more accounts become bars
const LAST = 5; // this many minutes and more share a column

export function columns({ nodes, words }) {
  const at = nodes.delay.map(d => (d === null ? null : Math.min(LAST, Math.floor(d / words.step + 1e-9))));
  const most = at.reduce((a, b) => Math.max(a, b ?? 0), 0), cols = [];
  for (let k = 0; k <= Math.max(most, 1); k++) cols.push({ label: k === LAST ? `${LAST}+` : k ? `${k}` : `0 ${words.unit || "min"}`, of: at.flatMap((c, i) => (c === k ? [i] : [])) });
  const unknown = at.flatMap((c, i) => (c === null ? [i] : []));
  return unknown.length ? [...cols, { label: "unknown", of: unknown }] : cols;
}

export function placeStack(data, w, h, size, colour) {
  const cols = columns(data), pad = { l: 10, r: 10, t: 30, b: 46 };
  const wide = (w - pad.l - pad.r) / cols.length, room = h - pad.t - pad.b, most = cols.reduce((m, c) => Math.max(m, c.of.length), 1);
  const bars = data.nodes.code.length > MOST_DOTS, use = Math.max(8, wide - 8);
  let step = Math.min(11, use / 2, Math.sqrt((use * room) / most));
  while (!bars && step > 1 && Math.ceil(most / Math.max(1, Math.floor(use / step))) * step > room) step *= 0.97;
  const across = Math.max(1, Math.floor(use / step)), base = h - pad.b, pos = [], made = [];
  cols.forEach((column, k) => {
    const x0 = pad.l + wide * k + (wide - use) / 2, mid = x0 + use / 2;
    const own = [...column.of].sort((a, b) => colour.of[a] - colour.of[b] || data.nodes.ties[b] - data.nodes.ties[a] || a - b);
    const lead = (use - across * step) / 2;
    own.forEach((i, n) => { pos[i] = { x: x0 + lead + (n % across) * step + step / 2, y: base - Math.floor(n / across) * step - step / 2 - 2 }; });
    const high = bars ? (room * own.length) / most : Math.ceil(own.length / across) * step;
    made.push({ x: mid, x0, wide: use, top: base - high, n: own.length, label: column.label, own });
  });
  const r = Math.max(1, step * 0.42);
  return { kind: "stack", pos, pad, w, h, r, radii: radii(data, "alike", r), lanes: [], ticks: [], names: [], cols: made, bars, base };
}

export function stackAxis(scene, words, to = p => p) {
  const base = to({ x: 0, y: scene.base }).y;
  const out = [`<line x1="0" x2="${scene.w}" y1="${r1(base)}" y2="${r1(base)}" stroke="var(--line-strong)"/>`];
  for (const c of scene.cols) {
    const x = to({ x: c.x, y: 0 }).x;
    out.push(text(x, base + 16, c.label, `text-anchor="middle"`));
    if (c.n) out.push(`<text x="${r1(x)}" y="${r1(to({ x: 0, y: c.top }).y - 8)}" text-anchor="middle" font-size="12.5" font-weight="600" fill="var(--ink)">${c.n.toLocaleString("en-GB")}</text>`);
  }
  out.push(text(scene.w - 8, base + 36, words.stacked || "minutes after the first, median", `text-anchor="end"`));
  return out.join("");
}

// Bars in the colours of the legend, one on top of the other.
export function stackBars(scene, colour) {
  const most = scene.cols.reduce((m, c) => Math.max(m, c.n), 1), room = scene.base - scene.pad.t;
  return scene.cols.flatMap(c => {
    let y = scene.base;
    return colour.entries.flatMap((entry, k) => {
      const n = c.own.filter(i => colour.of[i] === k).length, high = (room * n) / most;
      if (!n) return [];
      y -= high;
      return [`<rect x="${r1(c.x0)}" y="${r1(y)}" width="${r1(c.wide)}" height="${r1(Math.max(0.5, high))}" fill="var(--${entry.fill})" stroke="var(--${entry.edge})" stroke-width=".5"/>`];
    });
  }).join("");
}

export function stackMarks(scene, data, view, colour) {
  return scene.bars ? stackBars(scene, colour) : scene.pos.map((p, i) => markup(data.platforms[data.nodes.platform[i]].shape, colour.entries[colour.of[i]], p.x, p.y, scene.r)).join("");
}
