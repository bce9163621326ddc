// Marks and text as SVG. Everything that comes from data passes through esc.
export const esc = text => String(text).replace(/[&<>"]/g, c => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
export const r1 = value => Math.round(value * 10) / 10;
export const halo = `paint-order="stroke" stroke="var(--surface)" stroke-width="3.5" stroke-linejoin="round"`;

const SHAPE = {
  square: (x, y, r) => `M${r1(x - r * 0.9)} ${r1(y - r * 0.9)}h${r1(r * 1.8)}v${r1(r * 1.8)}h${r1(-r * 1.8)}Z`,
  triangle: (x, y, r) => poly(x, y, r, [0, -1.18, 1.18, 0.95, -1.18, 0.95]),
  diamond: (x, y, r) => poly(x, y, r, [0, -1.22, 1.22, 0, 0, 1.22, -1.22, 0]),
  down: (x, y, r) => poly(x, y, r, [0, 1.18, 1.18, -0.95, -1.18, -0.95]),
  hexagon: (x, y, r) => poly(x, y, r, [1.1, 0, 0.55, 0.95, -0.55, 0.95, -1.1, 0, -0.55, -0.95, 0.55, -0.95]),
  cross: (x, y, r) => poly(x, y, r, [-0.42, -1.1, 0.42, -1.1, 0.42, -0.42, 1.1, -0.42, 1.1, 0.42, 0.42, 0.42, 0.42, 1.1, -0.42, 1.1, -0.42, 0.42, -1.1, 0.42, -1.1, -0.42, -0.42, -0.42]),
};
const poly = (x, y, r, p) => `M${p.map((v, i) => (i % 2 ? r1(y + v * r) : r1(x + v * r))).reduce((out, v, i) => out + (i ? (i % 2 ? " " : "L") : "") + v, "")}Z`;

export function markup(shape, { fill, edge, category }, x, y, r) {
  const style = `fill="var(--${fill})" stroke="var(--${edge})" stroke-width="${category === 8 ? 1.75 : 1}"`;
  return SHAPE[shape] ? `<path d="${SHAPE[shape](x, y, r)}" ${style}/>` : `<circle cx="${r1(x)}" cy="${r1(y)}" r="${r1(r)}" ${style}/>`;
}

export const text = (x, y, words, attrs = "") => `<text x="${r1(x)}" y="${r1(y)}" font-size="12" fill="var(--ink-3)" ${attrs}>${esc(words)}</text>`;

// A dashed ring around each account that only a comparison knows.
export const COMPARED = "known from a comparison only";
export const dashed = (x, y, r) => `<circle cx="${r1(x)}" cy="${r1(y)}" r="${r1(r)}" fill="none" stroke="var(--ink)" stroke-width="1.25" stroke-dasharray="2.5 2"/>`;
export const comparedRings = (scene, data, to = p => p) => (scene.bars ? [] : data.nodes.compared || []).map(i => { const p = to(scene.pos[i]); return dashed(p.x, p.y, scene.radii[i] + 3); }).join("");

// The legend as rows of swatches, for files: what colours mean, then shapes where colours do not mean platforms.
export function legend(colour, platforms, w, top, title, compared) {
  const rows = [[`Colour: ${title}`, colour.entries.filter(e => e.n).map(e => [markup(e.shape || "circle", e, 0, 0, 5), `${e.name} ${e.n}`])]];
  if (colour.by !== "platform") rows.push(["Shape: platform", platforms.map(p => [markup(p.shape, { fill: "surface", edge: "ink-2" }, 0, 0, 5), p.name])]);
  if (compared) rows.push(["Dashed ring", [[dashed(0, 0, 6), `${COMPARED} ${compared}`]]]);
  const out = [];
  let y = top + 14;
  for (const [head, items] of rows) {
    let x = 10;
    out.push(text(x, y, head, `font-weight="600"`));
    x += head.length * 6.2 + 14;
    for (const [swatch, words] of items) {
      const wide = words.length * 6 + 30;
      if (x + wide > w && x > 10) { x = 10; y += 18; }
      out.push(`<g transform="translate(${r1(x + 6)} ${r1(y - 4)})">${swatch}</g>${text(x + 16, y, words)}`);
      x += wide;
    }
    y += 20;
  }
  return { body: out.join(""), high: y - top };
}
