// The network layout: places kept with the run, fitted into the picture. Pure: data and a size in, places and text out.
import { esc, halo, markup, r1 } from "./marks.js";
import { radii } from "./look.js";

const BESIDE = 24; // between neighbours, as kept with the run

export function placeNetwork(data, w, h, size) {
  const { x, y, ties } = data.nodes, narrow = w < 500;
  const pad = { l: 26, r: narrow ? 30 : 54, t: 34, b: 22 };
  const low = [Math.min(...x), Math.min(...y)], high = [Math.max(...x), Math.max(...y)];
  const k = Math.min((w - pad.l - pad.r) / Math.max(1, high[0] - low[0]), (h - pad.t - pad.b) / Math.max(1, high[1] - low[1]), 3.4);
  const left = (w + pad.l - pad.r - k * (high[0] + low[0])) / 2, top = (h + pad.t - pad.b + k * (high[1] + low[1])) / 2;
  const pos = x.map((_, i) => ({ x: left + k * x[i], y: top - k * y[i] }));
  const base = Math.max(1.5, Math.min(7.5, 0.36 * BESIDE * k));
  return { kind: "network", pos, pad, w, h, r: base, radii: radii(data, size, base), lanes: [], ticks: [], names: names(data, pos, base), order: ties };
}

// Every part has its name over it, so nothing depends on its hue.
function names(data, pos, base) {
  if (!data.part) return [];
  return data.part.names.flatMap((name, k) => {
    const own = pos.filter((_, i) => data.part.of[i] === k);
    if (!own.length) return [];
    const xs = own.map(p => p.x);
    return [{ name, n: own.length, x: (Math.min(...xs) + Math.max(...xs)) / 2, y: Math.min(...own.map(p => p.y)) - base - 7 }];
  });
}

export function partNames(scene, to = p => p) {
  return scene.names.map(part => {
    const at = to(part), wide = (part.name.length + String(part.n).length + 1) * 3.4;
    const x = Math.min(Math.max(at.x, wide + 2), scene.w - wide - 2), y = Math.max(at.y, 12);
    return `<text x="${r1(x)}" y="${r1(y)}" text-anchor="middle" font-size="13" font-weight="600" fill="var(--ink)" ${halo}>${esc(part.name)} <tspan fill="var(--ink-3)" font-weight="400">${part.n}</tspan></text>`;
  }).join("");
}

// Lines inside a part in its hue where colour means parts, all others grey; the more ties, the paler.
export function tieLook(data, colour, shown) {
  const alpha = Math.max(0.12, Math.min(0.6, 12 / Math.sqrt(Math.max(1, shown))));
  return { alpha, of: k => { const a = colour.of[data.ties.a[k]]; return colour.by === "part" && a === colour.of[data.ties.b[k]] ? colour.entries[a].fill : "ev-group"; } };
}

export function networkTies(scene, data, view, colour) {
  const { ties: t } = data, look = tieLook(data, colour, view.shown.length);
  const line = (k, attrs) => { const a = scene.pos[t.a[k]], b = scene.pos[t.b[k]]; return `<path d="M${r1(a.x)} ${r1(a.y)}L${r1(b.x)} ${r1(b.y)}" fill="none" ${attrs}/>`; };
  const drawn = view.shown.map(k => line(k, `stroke="var(--${look.of(k)})" stroke-width="${r1(thickness(t.n[k], data.most))}" stroke-opacity="${look.alpha}"`));
  for (const k of view.chosen) drawn.push(line(k, `stroke="var(--select)" stroke-width="2"`));
  return drawn.join("");
}

export const thickness = (n, most) => 1 + 1.8 * (n / most) ** 1.4;

export function networkMarks(scene, data, view, colour) {
  return scene.pos.map((p, i) => `<g${view.on.has(i) || view.node === i ? "" : ` opacity=".28"`}>${markup(data.platforms[data.nodes.platform[i]].shape, colour.entries[colour.of[i]], p.x, p.y, scene.radii[i])}</g>`).join("");
}
