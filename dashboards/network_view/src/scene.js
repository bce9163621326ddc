// The delay layout in lanes: where everything stands, and the same picture as SVG. Pure: data and a size in, places and text out.
import { esc, markup, r1, text } from "./marks.js";
export { esc };

const TICKS = [0, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200, 86400, 259200, 604800];

export const seconds = s =>
  s < 60 ? `${s}` : s < 3600 ? `${s / 60} min` : s < 86400 ? `${s / 3600} h` : `${s / 86400} day${s > 86400 ? "s" : ""}`;
export const radius = count => Math.max(2.5, Math.min(7.5, 7.5 * Math.sqrt(60 / Math.max(60, count))));
export const width = (n, most) => 0.6 + 2.6 * (n / most) ** 1.6;

// The accounts of a lane from top to bottom: as somebody refined and kept it, else neighbours in time some rows apart, so that labels fit.
function lane({ nodes, rows }, k) {
  const ids = nodes.platform.flatMap((p, i) => (p === k ? [i] : []));
  if (rows) return ids.sort((a, b) => rows[a] - rows[b]);
  ids.sort((a, b) => (nodes.delay[a] ?? 1e12) - (nodes.delay[b] ?? 1e12));
  const step = [3, 5, 7, 11].find(s => ids.length % s) || 1, order = [];
  ids.forEach((i, row) => { order[(row * step + 1) % ids.length] = i; });
  return order;
}

// Every account's row over all lanes, as the picture has it now.
export const rowsOf = data => {
  const all = data.platforms.flatMap((_, k) => lane(data, k)), rows = new Array(all.length);
  all.forEach((i, row) => { rows[i] = row; });
  return rows;
};

const nameWidth = lane => 26 + 7 * (lane.platform.name.length + 1 + String(lane.n).length);

// Lanes by platform in proportion to their accounts; left to right the median delay after the first share, near-logarithmic.
// A lane's name stands left of its marks, or over them where the picture is narrow.
export function place(data, w, h) {
  const { nodes, platforms } = data;
  const narrow = w < 500, head = narrow ? 26 : 0;
  const count = nodes.code.length;
  const known = nodes.delay.filter(d => d !== null);
  const step = data.words.step || 0; // times known to the minute: no mark of the axis is finer
  const most = known.reduce((a, b) => Math.max(a, b), step || 2) * 1.04;
  const unknown = known.length < count;
  const present = platforms.map((p, k) => [k, nodes.platform.filter(n => n === k).length]).filter(([, n]) => n);
  const names = present.map(([k, n]) => nameWidth({ platform: platforms[k], n }));
  const pad = { l: narrow ? 22 : Math.min(200, Math.max(100, ...names) + 16), r: narrow ? 44 : 58, t: narrow ? 24 : 36, b: 46 };
  const right = w - pad.r - (unknown ? 64 : 0);
  const soft = Math.max(1, [...known].sort((a, b) => a - b)[known.length >> 1] || 1); // linear up to the usual delay, then logarithmic
  const scale = d => Math.log1p(d / soft) / Math.log1p(most / soft);
  const X = d => (d === null ? w - pad.r - 8 : pad.l + (right - pad.l) * scale(d));
  const weight = n => 0.9 + n ** (count > 40 ? 0.6 : 1);
  const total = present.reduce((sum, [, n]) => sum + weight(n), 0);
  const pos = [], lanes = [];
  let top = pad.t;
  for (const [k, n] of present) {
    const high = ((h - pad.t - pad.b - head * present.length) * weight(n)) / total;
    lanes.push({ platform: platforms[k], n, y: top, h: head + high });
    const order = lane(data, k);
    order.forEach((i, row) => { pos[i] = { x: X(nodes.delay[i]), y: top + head + (high * (row + 0.5)) / order.length }; });
    top += head + high;
  }
  const ticks = [];
  for (const t of TICKS) if (t <= most && (t === 0 || t >= step) && (t === 0 || X(t) - ticks.at(-1).x > 46)) ticks.push({ x: X(t), label: t === 0 ? data.words.zero || "0 s" : seconds(t) });
  if (unknown) ticks.push({ x: w - pad.r - 8, label: "unknown" });
  const r = radius(count);
  return { kind: "lanes", pos, lanes, ticks, pad, w, h, r, radii: nodes.code.map(() => r), names: [], right };
}

// Lanes, gridlines and the axis; `to` moves a place of the scene to where the camera shows it.
export function axis(scene, words, to = p => p) {
  const { lanes, ticks, pad, w, h } = scene;
  const out = [];
  lanes.forEach((lane, k) => {
    const y = to({ x: 0, y: lane.y }).y;
    if (k) out.push(`<line x1="0" x2="${w}" y1="${r1(y)}" y2="${r1(y)}" stroke="var(--line-strong)"/>`);
  });
  for (const t of ticks) {
    const x = to({ x: t.x, y: 0 }).x;
    if (x < pad.l - 6 || x > w) continue;
    out.push(`<line x1="${r1(x)}" x2="${r1(x)}" y1="${pad.t - 8}" y2="${h - pad.b + 4}" stroke="var(--line)"/>` + text(x, h - pad.b + 19, t.label, `text-anchor="middle"`));
  }
  out.push(text(pad.l - 4, h - 8, "Usually first"), text(w - 8, h - 8, w < 500 ? words.axis_short : words.axis, `text-anchor="end"`));
  return out.join("");
}

const swatch = ({ category }) => ({ fill: category === 8 ? "surface" : `cat-${category}`, edge: `cat-${category}-edge`, category });

export function laneNames(scene, to = p => p) {
  return scene.lanes
    .map(lane => {
      const y = Math.min(Math.max(to({ x: 0, y: lane.y }).y + 14, 10), scene.h - scene.pad.b);
      return `${markup(lane.platform.shape, swatch(lane.platform), 10, y, 4.5)}<text x="20" y="${r1(y + 4)}" font-size="13" font-weight="500" font-family="var(--font-ui)" fill="var(--ink-2)">${esc(lane.platform.name)} <tspan fill="var(--ink-3)" font-weight="400">${lane.n}</tspan></text>`;
    })
    .join("");
}

const TONE = { far: "ev-far", beyond: "ev-beyond", group: "ev-group" };

export const CURVE = 0.1;
export function curve(a, b) {
  const mx = (a.x + b.x) / 2, my = (a.y + b.y) / 2, dx = b.x - a.x, dy = b.y - a.y;
  return `M${r1(a.x)} ${r1(a.y)}Q${r1(mx - dy * CURVE)} ${r1(my + dx * CURVE)} ${r1(b.x)} ${r1(b.y)}`;
}

export function ties(scene, data, view) {
  const { ties: t } = data, most = data.most;
  const path = (k, attrs) => `<path fill="none" d="${curve(scene.pos[t.a[k]], scene.pos[t.b[k]])}" ${attrs}/>`;
  const drawn = view.shown.map(k => path(k, `stroke="var(--${TONE[t.level[k]] || "ev-group"})" stroke-width="${r1(width(t.n[k], most))}" ${t.level[k] === "far" ? `stroke-opacity=".5"` : ""} ${t.level[k] === "group" ? `stroke-dasharray="4 3"` : ""}`));
  for (const k of view.chosen) drawn.push(path(k, `stroke="var(--select)" stroke-width="3"`));
  return drawn.join("");
}

export function marks(scene, data, view, colour) {
  return scene.pos.map((p, i) => `<g ${view.on.has(i) ? "" : `opacity=".28"`}>${markup(data.platforms[data.nodes.platform[i]].shape, colour.entries[colour.of[i]], p.x, p.y, scene.radii[i])}</g>`).join("");
}

// Names where they fit: the selected tie's accounts first, then those who go first most often.
export function labels(scene, data, view, to = p => p) {
  const { nodes, ties: t } = data, chosen = [...(view.selected === null ? [] : [t.a[view.selected], t.b[view.selected]]), ...(view.node === null ? [] : [view.node])];
  const network = scene.kind === "network", near = network && view.node !== null ? new Set(view.chosen.flatMap(k => [t.a[k], t.b[k]])) : new Set();
  const rank = i => (chosen.includes(i) ? 1e9 : 0) + (near.has(i) ? 1e8 : 0) + (view.on.has(i) ? 1e6 : 0) + (network ? 0 : nodes.first[i] * 100) + nodes.ties[i];
  const order = scene.pos.map((_, i) => i).sort((a, b) => rank(b) - rank(a));
  const shown = scene.pos.map(to), taken = [], out = [], named = {};
  if (scene.pos.length <= 400) shown.forEach(p => taken.push([p.x - scene.r, p.y - scene.r, p.x + scene.r, p.y + scene.r]));
  for (const part of scene.names) { const at = to(part); taken.push([at.x - 50, at.y - 14, at.x + 50, at.y + 4]); }
  for (const lane of scene.lanes) { const y = Math.max(to({ x: 0, y: lane.y }).y + 14, 10); taken.push([0, y - 8, nameWidth(lane), y + 8]); } // a lane's own name
  const crowded = scene.pos.length > 60; // then only who is tied in what is drawn gets a name
  const free = b => taken.every(o => b[2] < o[0] || b[0] > o[2] || b[3] < o[1] || b[1] > o[3]);
  for (const i of order) {
    if (out.length >= (network && crowded ? Math.max(8, 2 * scene.names.length) + near.size : crowded ? 60 : 160)) break;
    const p = shown[i], wide = nodes.code[i].length * 6.1, ring = chosen.includes(i) ? 6 : 0;
    if ((crowded || network) && !view.on.has(i) && !ring) continue;
    if (network && data.part && !ring && !near.has(i) && ((named[data.part.of[i]] ??= 0) >= 2 || scene.w < 500)) continue; // two of each part
    if (p.x < 0 || p.x > scene.w || p.y < 0 || p.y > scene.h) continue;
    const gap = scene.radii[i] + 4 + ring;
    const spots = [[p.x + gap, "start", p.x + gap, p.x + gap + wide], [p.x - gap, "end", p.x - gap - wide, p.x - gap]];
    const spot = spots.find(s => s[2] > 0 && s[3] < scene.w && free([s[2], p.y - 5, s[3], p.y + 5]));
    if (!spot) continue;
    if (network && data.part) named[data.part.of[i]] = (named[data.part.of[i]] ?? 0) + 1;
    taken.push([spot[2], p.y - 6, spot[3], p.y + 6]);
    out.push(`<text x="${r1(spot[0])}" y="${r1(p.y + 4)}" text-anchor="${spot[1]}" font-size="12" font-weight="500" fill="var(--ink)" paint-order="stroke" stroke="var(--surface)" stroke-width="3.5" stroke-linejoin="round" ${view.on.has(i) ? "" : `opacity=".28"`}>${esc(nodes.code[i])}</text>`);
  }
  const rings = chosen.map(i => `<circle cx="${r1(shown[i].x)}" cy="${r1(shown[i].y)}" r="${r1(scene.radii[i] + 6.5)}" fill="none" stroke="var(--select)" stroke-width="1.75"/>`);
  return rings.join("") + out.join("");
}

// What the selected tie says, where there is room for it; nothing where there is none.
export function note(scene, data, view, to = p => p) {
  if (view.selected === null || scene.w < 560) return "";
  const { ties: t, nodes } = data, k = view.selected;
  const lines = [`${nodes.code[t.a[k]]} and ${nodes.code[t.b[k]]}`, `${t.n[k]} observed, ${t.expected[k]} expected, ${t.q[k]}`];
  const wide = lines[1].length * 5.9, spots = scene.pos.map(to);
  const ends = [spots[t.a[k]], spots[t.b[k]]];
  for (const end of ends) for (const [dx, dy] of [[-wide - 30, 44], [-wide - 30, -44], [26, 46], [26, -46], [-wide / 2, 62], [-wide / 2, -62]]) {
    const x = end.x + dx, y = end.y + dy;
    const clear = x > scene.pad.l && x + wide < scene.w - 4 && y > scene.pad.t + 8 && y + 22 < scene.h - scene.pad.b && spots.every(p => p.x + 52 < x || p.x - 12 > x + wide || p.y + 12 < y - 12 || p.y - 12 > y + 22);
    if (!clear) continue;
    const tx = dx < -wide ? x + wide : dx > 0 ? x : x + wide / 2, ty = dy > 0 ? y - 13 : y + 22;
    const far = Math.hypot(tx - end.x, ty - end.y), k0 = (scene.r + 8) / far;
    const halo = `paint-order="stroke" stroke="var(--surface)" stroke-width="4" stroke-linejoin="round" font-size="12.5"`;
    return `<path d="M${r1(tx)} ${r1(ty)}L${r1(end.x + (tx - end.x) * k0)} ${r1(end.y + (ty - end.y) * k0)}" stroke="var(--select)" fill="none"/>` +
      `<text x="${r1(x)}" y="${r1(y)}" font-weight="600" fill="var(--ink)" ${halo}>${esc(lines[0])}</text><text x="${r1(x)}" y="${r1(y + 16)}" fill="var(--ink-2)" ${halo}>${esc(lines[1])}</text>`;
  }
  return "";
}
