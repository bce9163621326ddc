// The network of one group. sigma draws ties and accounts; SVG below it the axis, SVG above it names. All sigma calls are here.
import Graph from "graphology";
import Sigma from "sigma";
import { createEdgeCurveProgram } from "@sigma/edge-curve";
import { parsed } from "./drawing.js";
import * as P from "./period.js";
import { inWorker } from "./refine.js";
import * as S from "./scene.js";
import { ShapeProgram } from "./shapes.js";

const count = n => n.toLocaleString("en-GB");
const counted = (n, one) => `${count(n)} ${one}${n === 1 ? "" : "s"}`;
const token = (name, from = document.documentElement) => getComputedStyle(from).getPropertyValue(`--${name}`).trim();
const rgb = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
const premultiplied = (hex, alpha) => `rgba(${rgb(hex).map(v => Math.round(v * alpha)).join(",")},${alpha})`; // sigma's edge programs blend as if it were
const faded = (hex, alpha) => `rgba(${rgb(hex).join(",")},${alpha})`;

// Over 200 ties the first picture holds at most 60 of them, the strongest; the line above it says how many are hidden.
export function firstMinimum(n) {
  const sorted = [...n].sort((a, b) => b - a);
  if (sorted.length <= 200) return Math.max(1, sorted.at(-1) ?? 1); // a tie without a meeting in the chosen days is not drawn
  return Math.min(sorted[0], sorted[60] + 1);
}

export function viewOf(data, minimum, selected) {
  const { ties: t } = data, shown = [], on = new Set(), tied = (data.tied ??= new Set([...t.a, ...t.b]));
  t.n.forEach((n, k) => { if (n >= minimum) { shown.push(k); on.add(t.a[k]); on.add(t.b[k]); } });
  shown.sort((a, b) => t.n[a] - t.n[b]);
  return { minimum, selected, shown, on, hidden: t.n.length - shown.length, gone: tied.size - on.size };
}

class Picture {
  constructor(holder, data, tell) {
    Object.assign(this, { holder, data, tell, below: layer(holder), stage: holder.appendChild(div("netstage")), above: layer(holder) });
    this.sigma = null;
    this.resized = new ResizeObserver(() => this.size());
    this.recoloured = new MutationObserver(() => this.draw());
    this.resized.observe(holder);
    this.recoloured.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  }
  kill() { this.resized.disconnect(); this.recoloured.disconnect(); this.sigma?.kill(); this.holder.replaceChildren(); }
  size() {
    const w = Math.round(this.holder.clientWidth), h = Math.round(this.holder.clientHeight);
    if (!w || !h || (this.scene?.w === w && this.scene?.h === h)) return;
    this.scene = S.place(this.data, w, h);
    this.draw();
  }
  again() { this.scene = S.place(this.data, this.scene.w, this.scene.h); this.draw(); }
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
    this.stage.replaceChildren(parsed(S.whole(this.scene, this.data, this.view, "", "")));
  }
  start() {
    if (this.withoutGl) return this.plain(new Error("none"));
    if (!document.createElement("canvas").getContext("webgl2")) throw new Error("none");
    const { nodes, ties: t } = this.data;
    this.graph = new Graph({ multi: true, type: "undirected" });
    nodes.code.forEach((_, i) => this.graph.addNode(i, { x: 0, y: 0, size: 1, type: "mark" }));
    t.n.forEach((_, k) => this.graph.addEdgeWithKey(k, t.a[k], t.b[k], { type: "curve", curvature: -S.CURVE }));
    this.paint();
    this.sigma = new Sigma(this.graph, this.stage, {
      allowInvalidContainer: true, renderLabels: false, renderEdgeLabels: false, enableEdgeEvents: true, zIndex: true, minEdgeThickness: 0.5,
      stagePadding: 0, nodeProgramClasses: { mark: ShapeProgram }, nodeHoverProgramClasses: { mark: ShapeProgram },
      edgeProgramClasses: { curve: createEdgeCurveProgram() }, defaultNodeType: "mark", defaultEdgeType: "curve", defaultDrawNodeHover: () => {}, minCameraRatio: 0.04, maxCameraRatio: 1.2,
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
    const { view, graph } = this, edges = [...new Set([...was.shown, ...view.shown, was.selected, view.selected])].filter(k => k !== null);
    const nodes = this.data.nodes.code.map((_, i) => i).filter(i => was.on.has(i) !== view.on.has(i)), look = this.looks();
    for (const i of nodes) this.paintNode(i, graph.getNodeAttributes(i), look); // the graph's own objects: no event for each of them
    for (const k of edges) this.paintEdge(k, graph.getEdgeAttributes(k), look);
    this.sigma.refresh({ partialGraph: { nodes: nodes.map(String), edges: edges.map(String) }, skipIndexation: true });
  }
  looks() {
    const { platforms } = this.data, ink = Object.fromEntries(["far", "beyond", "group"].map(l => [l, token(`ev-${l}`)]));
    const fill = platforms.map(p => (p.category === 8 ? token("surface") : token(`cat-${p.category}`))), edge = platforms.map(p => token(`cat-${p.category}-edge`));
    const tone = { far: premultiplied(ink.far, 0.5), beyond: premultiplied(ink.beyond, 0.75), group: premultiplied(ink.group, 0.75) };
    return { select: token("select"), tone, marks: [1, 0.28].map(alpha => ({ fill: fill.map(c => faded(c, alpha)), edge: edge.map(c => faded(c, alpha)) })) };
  }
  paintNode(i, look, { marks }) {
    const { nodes, platforms } = this.data, { pos, r, h } = this.scene, p = nodes.platform[i], { fill, edge } = marks[this.view.on.has(i) ? 0 : 1];
    return Object.assign(look, { x: pos[i].x, y: h - pos[i].y, size: r, shape: platforms[p].shape, color: fill[p], edge: edge[p] });
  }
  paintEdge(k, look, { select, tone }) {
    const { ties: t, most } = this.data, { minimum, selected } = this.view, n = t.n[k], chosen = k === selected;
    return Object.assign(look, { hidden: n < minimum, zIndex: chosen ? 1e6 : n, size: chosen ? 3 : S.width(n, most), color: chosen ? select : tone[t.level[k]] || tone.group });
  }
  paint() {
    const look = this.looks();
    this.graph.updateEachNodeAttributes((key, was) => this.paintNode(+key, was, look));
    this.graph.updateEachEdgeAttributes((key, was) => this.paintEdge(+key, was, look));
  }
  overlay() {
    if (!this.view) return;
    const to = this.sigma ? p => this.sigma.graphToViewport({ x: p.x, y: this.scene.h - p.y }) : p => p;
    const frame = body => parsed(`<svg viewBox="0 0 ${this.scene.w} ${this.scene.h}" width="${this.scene.w}" height="${this.scene.h}" font-family="var(--font-cond)">${body}</svg>`);
    if (!this.sigma) return this.below.replaceChildren(), this.above.replaceChildren();
    this.below.replaceChildren(frame(S.axis(this.scene, this.data.words, to)));
    this.above.replaceChildren(frame(S.laneNames(this.scene, to) + S.labels(this.scene, this.data, this.view, to) + S.note(this.scene, this.data, this.view, to)));
  }
  zoom(by) {
    const camera = this.sigma?.getCamera();
    if (!camera) return;
    by === 0 ? camera.setState({ x: 0.5, y: 0.5, ratio: 1, angle: 0 }) : camera.setState({ ratio: Math.min(1.2, Math.max(0.04, camera.ratio * by)) });
  }
  svg(title, description) { return S.whole(S.place(this.data, 960, Math.max(480, this.scene.h)), this.data, this.view, title, description); }
}

const div = name => Object.assign(document.createElement("div"), { className: name });
const layer = holder => { const made = holder.appendChild(div("netlayer")); made.setAttribute("aria-hidden", "true"); return made; };

const SAID = { wait: "Looking for an order with shorter ties…", none: "No order with shorter ties was found.", kept: "Saved for everyone who opens this group.", no: "The layout could not be saved." };

export function NetworkView({ id, url, minimum, selected, title, description, stamp, height, keep }) {
  const { createElement: h, useEffect, useRef, useState } = window.React;
  const holder = useRef(null), outer = useRef(null), picture = useRef(null);
  const [data, setData] = useState(null), [min, setMin] = useState(minimum ?? null), [over, setOver] = useState(null), [problem, setProblem] = useState(null);
  const [period, setPeriod] = useState(() => P.chosen(location.search)), [order, setOrder] = useState(null), [told, setTold] = useState("");
  useEffect(() => {
    const abort = new AbortController();
    setProblem(null);
    fetch(url, { signal: abort.signal, credentials: "same-origin" })
      .then(answer => (answer.ok ? answer.json() : Promise.reject(new Error(`answer ${answer.status}`))))
      .then(found => { count_(found, period); setData(found); })
      .catch(error => { if (error.name !== "AbortError") setProblem("The network could not be loaded. Its table below is complete."); });
    return () => abort.abort();
  }, [url]);
  useEffect(() => {
    const heard = event => { const days = event.detail || P.chosen(location.search); setData(now => { if (now) count_(now, days); return now; }); setPeriod(days); };
    addEventListener("lockstep:period", heard);
    return () => removeEventListener("lockstep:period", heard);
  }, []);
  const chosen = data && selected ? tieNamed(data, selected) : -1, pick = chosen < 0 ? null : chosen;
  const least = data?.least ?? 1, most = data?.most ?? 1, at = data ? Math.min(Math.max(min ?? data.start, least), most) : null; // until somebody moves it, the slider stands where the days put it
  const view = data ? viewOf(data, at, pick) : null;
  useEffect(() => {
    if (!data || !data.ties.n.length) return undefined;
    const { nodes, ties: t } = data, go = more => window.lockstep.go(`${data.href}&${new URLSearchParams(more)}`);
    const tell = { open: k => go({ a: nodes.uid[t.a[k]], b: nodes.uid[t.b[k]] }), hover: k => setOver(k === null ? null : { k }), account: i => go({ account: nodes.uid[i] }), near: i => setOver(i === null ? null : { i }) };
    const made = new Picture(holder.current, data, tell);
    picture.current = made;
    outer.current.lockstepSvg = () => made.svg(title, description);
    made.view = view;
    made.size();
    outer.current.dataset.ready = "1";
    return () => { made.kill(); picture.current = null; };
  }, [data]);
  useEffect(() => { if (view && picture.current) picture.current.show(view); }, [at, selected, data, period]);
  const slide = value => { setMin(value); window.lockstep.state({ min: value === data.start ? null : value }); };
  const refine = () => {
    setTold(SAID.wait);
    const { nodes, ties: t } = data;
    inWorker({ platform: nodes.platform, a: t.a, b: t.b, n: t.observed, row: S.rowsOf(data) }, ({ part, done, problem: failed }) => {
      if (failed) return setTold("This browser could not improve the layout.");
      if (part) return setTold(`${SAID.wait} ${Math.round(part * 100)}%`);
      const shorter = done.before ? Math.round(100 * (1 - done.after / done.before)) : 0;
      if (shorter < 1) return setTold(SAID.none);
      data.rows = done.rows;
      picture.current?.again();
      setOrder(done.rows);
      setTold(`Ties are ${shorter}% shorter. Left-to-right positions did not change.`);
    });
  };
  const keepIt = () => fetch(keep, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ rows: order }) })
    .then(answer => { setTold(answer.ok ? SAID.kept : SAID.no); if (answer.ok) setOrder(null); }, () => setTold(SAID.no));
  const hidden = view && [h("b", { key: 1 }, count(view.hidden)), ` of ${counted(data.ties.n.length, "tie")} and `, h("b", { key: 2 }, count(view.gone)), ` account${view.gone === 1 ? "" : "s"}`];
  const days = P.named(period), tool = (label, words, by) => h("button", { type: "button", className: "btn small", "aria-label": words, title: words, onClick: () => picture.current?.zoom(by) }, label);
  return h("div", { id, className: "network", ref: outer, "data-stamp": stamp },
    h("div", { className: "slider" },
      h("label", null, "Draw ties with at least ", h("input", { type: "range", min: least, max: most, step: 1, value: at ?? least, disabled: !data || least === most, className: "strength", onChange: e => slide(+e.target.value), "aria-valuetext": `${at} ${data?.words.together ?? ""}` }), h("span", { className: "atleast" }, h("b", null, at === null ? "" : count(at)), ` ${data?.words.together ?? ""}`)),
      h("span", { className: "hides", role: "status" }, view ? ["Hides ", ...hidden, ". None is deleted.", days ? ` Counted ${days}.` : ""] : "")),
    problem ? h("p", { className: "netproblem", role: "alert" }, problem) : null,
    h("div", { className: "netbox", style: { height: `${height || 440}px` } },
      h("div", { className: "nethold", ref: holder, role: "img", "aria-label": `${title}. ${description || ""}` }),
      data || problem ? null : h("p", { className: "netwait", role: "status" }, "Loading accounts and ties…"),
      h("div", { className: "netzoom" }, tool("+", "Zoom in", 0.7), tool("−", "Zoom out", 1.4), tool("Reset", "Reset zoom", 0))),
    h("p", { className: "netnote" }, over === null ? "\u00a0" : saidOf(data, over)),
    keep ? h("p", { className: "netrefine" },
      h("button", { type: "button", className: "txt", disabled: !data, onClick: refine }, "Improve layout"),
      order ? h("button", { type: "button", className: "txt", onClick: keepIt }, "Save this layout") : null,
      h("span", { role: "status" }, told)) : null);
}

// Counts of the chosen days, and what the slider spans.
function count_(data, period) {
  const n = P.counted(data, period);
  data.ties.n = n;
  data.most = n.reduce((a, b) => Math.max(a, b), 1);
  data.start = firstMinimum(n);
  data.least = Math.max(1, n.reduce((a, b) => Math.min(a, b), data.most));
}

function tieNamed({ nodes, ties: t }, name) {
  const [one, two] = name.split("~"), at = k => [nodes.code[t.a[k]], nodes.code[t.b[k]]];
  return t.a.findIndex((_, k) => { const [a, b] = at(k); return (a === one && b === two) || (a === two && b === one); });
}

function saidOf({ nodes, ties: t }, { k, i }) {
  if (i !== undefined) return `${nodes.code[i]}: ${counted(nodes.ties[i], "tie")}, first ${count(nodes.first[i])} times. Click to see its posts.`;
  return `${nodes.code[t.a[k]]} and ${nodes.code[t.b[k]]}: ${t.n[k]} observed, ${t.expected[k]} expected, ${t.q[k]}. Click to see the posts.`;
}
