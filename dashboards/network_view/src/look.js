// What colours and sizes mean. Shape is always the platform; a colour is one of a list, and the list is the legend.
const HUES = 7; // more than seven nobody tells apart: the rest is grey
export const COLOURS = { part: "Group", platform: "Platform", label: "Label", language: "Language" };

const hue = k => (k < HUES ? `g${k + 1}` : "gx");

// Entries in the order of the legend, and each account's place among them.
export function coloured(data, by) {
  const { nodes, platforms } = data;
  if (by === "platform" || !data[by]) {
    const entries = platforms.map(p => ({ name: p.name, fill: p.category === 8 ? "surface" : `cat-${p.category}`, edge: `cat-${p.category}-edge`, shape: p.shape, category: p.category }));
    return count(entries, nodes.platform, "platform");
  }
  const { names, of } = data[by], rest = names.length;
  const entries = [...names.map((name, k) => ({ name, fill: hue(k), edge: hue(k) })), { name: data[by].rest || "unknown", fill: "gx", edge: "gx" }];
  return count(entries, of.map(k => (k === null ? rest : k)), by);
}

function count(entries, of, by) {
  for (const entry of entries) entry.n = 0;
  for (const k of of) entries[k].n++;
  return { by, entries, of };
}

export const offered = data => Object.keys(COLOURS).filter(by => by === "platform" || data[by]);

// Radius of each account: by its ties, or all alike.
export function radii({ nodes }, by, base) {
  const most = nodes.ties.reduce((a, b) => Math.max(a, b), 1);
  return nodes.ties.map(n => (by === "alike" ? base : base * (0.62 + 0.75 * Math.sqrt(n / most))));
}
