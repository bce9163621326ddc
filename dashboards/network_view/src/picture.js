// One picture on sigma: the network, the lanes, or stacked dots. SVG below it the axis, SVG above it names. All sigma calls are here.
import Graph from "graphology";
import Sigma from "sigma";
import { EdgeRectangleProgram } from "sigma/rendering";
import { createEdgeCurveProgram } from "@sigma/edge-curve";
import { parsed } from "./drawing.js";
import * as N from "./network_scene.js";
import { comparedRings, legend } from "./marks.js";
import { COLOURS } from "./look.js";
import * as S from "./scene.js";
import { ShapeProgram } from "./shapes.js";
import * as T from "./stack_scene.js";

const token = (name, from = document.documentElement) => getComputedStyle(from).getPropertyValue(`--${name}`).trim();
const rgb = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
const premultiplied = (hex, alpha) => `rgba(${rgb(hex).map(v => Math.round(v * alpha)).join(",")},${alpha})`; // sigma's edge programs blend as if it were
const faded = (hex, alpha) => `rgba(${rgb(hex).join(",")},${alpha})`;
const div = name => Object.assign(document.createElement("div"), { className: name });
const layer = holder => { const made = holder.appendChild(div("netlayer")); made.setAttribute("aria-hidden", "true"); return made; };

// What a kind of picture is made of: places, what lies below the marks, ties, marks, and the words above them.
const KINDS = {
  network: {
    place: (data, w, h, look) => N.placeNetwork(data, w, h, look.size),
    below: () => "",
    ties: (scene, data, view, colour) => N.networkTies(scene, data, view, colour),
    marks: N.networkMarks,
    above: (scene, data, view, to) => comparedRings(scene, data, to) + N.partNames(scene, to) + S.labels(scene, data, view, to) + S.note(scene, data, view, to),
  },
  lanes: {
    place: (data, w, h) => S.place(data, w, h),
    below: (scene, data, to) => S.axis(scene, data.words, to),
    ties: (scene, data, view) => S.ties(scene, data, view),
    marks: S.marks,
    above: (scene, data, view, to) => comparedRings(scene, data, to) + S.laneNames(scene, to) + S.labels(scene, data, view, to) + S.note(scene, data, view, to),
  },
  stack: {
    place: (data, w, h, look) => T.placeStack(data, w, h, look.size, look.colour),
    below: (scene, data, to, look) => T.stackAxis(scene, data.words, to) + (scene.bars ? T.stackBars(scene, look.colour) : ""),
    ties: () => "",
    marks: T.stackMarks,
    above: (scene, data, view, to) => comparedRings(scene, data, to) + (view.node === null || scene.bars ? "" : S.labels(scene, data, { ...view, selected: null, on: new Set([view.node]), chosen: [] }, to)),
  },
};

export const SIDE = 260; // of the stacked dots beside a network, in a file

// One or two pictures and the legend as SVG, for files and for machines without WebGL.
export function whole(kinds, data, view, look, w, h, title, description) {
  const both = kinds.length > 1, sizes = both ? [w - SIDE, SIDE] : [w];
  let left = 0;
  const parts = kinds.map((kind, k) => {
    const { place, below, ties, marks, above } = KINDS[kind], scene = place(data, sizes[k], h, look), same = p => p;
    const under = kind === "stack" ? T.stackAxis(scene, data.words) : below(scene, data, same, look);
    const body = under + ties(scene, data, view, look.colour) + marks(scene, data, view, look.colour) + above(scene, data, view, same);
    const x = left;
    left += sizes[k];
    return both ? `<svg x="${x}" y="0" width="${sizes[k]}" height="${h}" viewBox="0 0 ${sizes[k]} ${h}">${body}</svg>` : body;
  });
  const key = legend(look.colour, data.platforms, w, h + 4, COLOURS[look.colour.by].toLowerCase(), data.nodes.compared?.length), high = h + 4 + key.high;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="fig" viewBox="0 0 ${w} ${high}" width="${w}" height="${high}" role="img" font-family="var(--font-cond)"><title>${S.esc(title)}</title><desc>${S.esc(description)}</desc>${parts.join("")}${key.body}</svg>`;
}

export class Picture {
  constructor(holder, data, kind, look, tell) {
    Object.assign(this, { holder, data, kind, look, tell, parts: KINDS[kind], below: layer(holder), stage: holder.appendChild(div("netstage")), above: layer(holder) });
    this.sigma = null;
    this.resized = new ResizeObserver(() => this.size());
    this.recoloured = new MutationObserver(() => this.draw());
    this.resized.observe(holder);
    this.recoloured.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  }
  kill() { this.resized.disconnect(); this.recoloured.disconnect(); this.sigma?.kill(); this.holder.replaceChildren(); }
  place(w, h) { this.scene = this.parts.place(this.data, w, h, this.look); }
  size() {
    const w = Math.round(this.holder.clientWidth), h = Math.round(this.holder.clientHeight);
    if (!w || !h || (this.scene?.w === w && this.scene?.h === h)) return;
    this.place(w, h);
    this.draw();
  }
  again(look = this.look) { this.look = look; if (this.scene) { this.place(this.scene.w, this.scene.h); this.draw(); } }
  show(view) { const was = this.view; this.view = view; if (this.scene) this.draw(was); }
  draw(only) {
    if (!this.scene || !this.view) return;
    try { this.sigma ? this.refresh(only) : this.start(); } catch (error) { this.plain(error); }
    if (!this.sigma || !only) this.overlay(); // else sigma says when names are due
  }
  // No WebGL on this machine: the SVG writer draws the same picture.
  plain(error) {
    console.info("Drawing the network without WebGL:", error.message);
    this.sigma?.kill(); this.sigma = null; this.withoutGl = true;
    this.stage.replaceChildren(parsed(whole([this.kind], this.data, this.view, this.look, this.scene.w, this.scene.h - 50, "", "")));
  }
  start() {
    if (this.withoutGl) return this.plain(new Error("none"));
    if (!document.createElement("canvas").getContext("webgl2")) throw new Error("none");
    const { nodes, ties: t } = this.data, line = this.kind === "network" ? { type: "line" } : { type: "curve", curvature: -S.CURVE };
    this.graph = new Graph({ multi: true, type: "undirected" });
    nodes.code.forEach((_, i) => this.graph.addNode(i, { x: 0, y: 0, size: 1, type: "mark" }));
    if (this.kind !== "stack") t.n.forEach((_, k) => this.graph.addEdgeWithKey(k, t.a[k], t.b[k], { ...line }));
    this.paint();
    this.sigma = new Sigma(this.graph, this.stage, {
      allowInvalidContainer: true, renderLabels: false, renderEdgeLabels: false, enableEdgeEvents: this.kind !== "stack", zIndex: true, minEdgeThickness: 0.5,
      stagePadding: 0, nodeProgramClasses: { mark: ShapeProgram }, nodeHoverProgramClasses: { mark: ShapeProgram },
      edgeProgramClasses: { curve: createEdgeCurveProgram(), line: EdgeRectangleProgram }, defaultNodeType: "mark", defaultEdgeType: "line", defaultDrawNodeHover: () => {}, minCameraRatio: 0.04, maxCameraRatio: 1.2,
    });
    this.bounds();
    this.sigma.refresh();
    this.sigma.on("afterRender", () => this.overlay());
    this.sigma.on("clickEdge", ({ edge }) => this.tell.open(+edge));
    this.sigma.on("clickNode", ({ node }) => this.tell.account(+node));
    this.sigma.on("enterNode", ({ node }) => { this.holder.style.cursor = "pointer"; this.tell.near(+node); });
    this.sigma.on("leaveNode", () => { this.holder.style.cursor = ""; this.tell.near(null); });
    this.sigma.on("enterEdge", ({ edge }) => { this.holder.style.cursor = "pointer"; this.tell.hover(+edge); });
    this.sigma.on("leaveEdge", () => { this.holder.style.cursor = ""; this.tell.hover(null); });
    // The wheel belongs to the page; with Ctrl it belongs to the picture.
    this.stage.addEventListener("wheel", event => { if (!event.ctrlKey) event.stopPropagation(); }, { capture: true });
  }
  bounds() { this.sigma.setCustomBBox({ x: [0, this.scene.w], y: [0, this.scene.h] }); }
  // Where only the view changed, only what is drawn now or was drawn before is looked at: a slider answers at 20,000 ties.
  refresh(was) {
    if (!was) { this.paint(); this.bounds(); this.sigma.resize(); return this.sigma.refresh(); }
    const { view, graph } = this, other = was.shown.length === view.shown.length && was.minimum === view.minimum;
    const edges = this.kind === "stack" ? [] : [...new Set([...(other ? [] : [...was.shown, ...view.shown]), ...was.chosen, ...view.chosen])];
    const nodes = this.data.nodes.code.map((_, i) => i).filter(i => was.on.has(i) !== view.on.has(i) || i === was.node || i === view.node), look = this.looks();
    for (const i of nodes) this.paintNode(i, graph.getNodeAttributes(i), look); // the graph's own objects: no event for each of them
    for (const k of edges) this.paintEdge(k, graph.getEdgeAttributes(k), look);
    this.sigma.refresh({ partialGraph: { nodes: nodes.map(String), edges: edges.map(String) }, skipIndexation: true });
  }
  looks() {
    const { data, view } = this, { entries } = this.look.colour, ink = Object.fromEntries(["far", "beyond", "group"].map(l => [l, token(`ev-${l}`)]));
    const fill = entries.map(e => token(e.fill)), edge = entries.map(e => token(e.edge));
    const tone = { far: premultiplied(ink.far, 0.5), beyond: premultiplied(ink.beyond, 0.75), group: premultiplied(ink.group, 0.75) };
    const { alpha, of } = N.tieLook(data, this.look.colour, view.shown.length), hues = Object.fromEntries([...entries.map(e => e.fill), "ev-group"].map(name => [name, premultiplied(token(name), alpha)]));
    const line = this.kind === "network" ? k => hues[of(k)] : k => tone[data.ties.level[k]] || tone.group;
    const chosen = new Set(view.chosen);
    return { select: token("select"), line, chosen, marks: [1, 0.28].map(a => ({ fill: fill.map(c => faded(c, a)), edge: edge.map(c => faded(c, a)) })) };
  }
  paintNode(i, look, { marks }) {
    const { data, view, kind, scene } = this, { pos, radii, h } = scene, c = this.look.colour.of[i], drawn = view.on.has(i) || kind === "stack", { fill, edge } = marks[drawn || view.node === i ? 0 : 1];
    const hidden = scene.bars;
    return Object.assign(look, { x: pos[i].x, y: h - pos[i].y, size: radii[i], shape: data.platforms[data.nodes.platform[i]].shape, color: fill[c], edge: edge[c], hidden: Boolean(hidden) });
  }
  paintEdge(k, look, { select, line, chosen: of }) {
    const { ties: t, most } = this.data, { minimum } = this.view, n = t.n[k], chosen = of.has(k), width = this.kind === "network" ? N.thickness : S.width;
    return Object.assign(look, { hidden: n < minimum, zIndex: chosen ? 1e6 : n, size: chosen ? (this.view.node === null ? 3 : 1.75) : width(n, most), color: chosen ? select : line(k) });
  }
  paint() {
    const look = this.looks();
    this.graph.updateEachNodeAttributes((key, was) => this.paintNode(+key, was, look));
    this.graph.updateEachEdgeAttributes((key, was) => this.paintEdge(+key, was, look));
  }
  overlay() {
    if (!this.view) return;
    const to = this.sigma ? p => ({ ...p, ...this.sigma.graphToViewport({ x: p.x, y: this.scene.h - p.y }) }) : p => p;
    const frame = body => parsed(`<svg viewBox="0 0 ${this.scene.w} ${this.scene.h}" width="${this.scene.w}" height="${this.scene.h}" font-family="var(--font-cond)">${body}</svg>`);
    if (!this.sigma) return this.below.replaceChildren(), this.above.replaceChildren();
    this.below.replaceChildren(frame(this.parts.below(this.scene, this.data, to, this.look)));
    this.above.replaceChildren(frame(this.parts.above(this.scene, this.data, this.view, to)));
  }
  zoom(by) {
    const camera = this.sigma?.getCamera();
    if (!camera) return;
    by === 0 ? camera.setState({ x: 0.5, y: 0.5, ratio: 1, angle: 0 }) : camera.setState({ ratio: Math.min(1.2, Math.max(0.04, camera.ratio * by)) });
  }
}
