// The network of one group. sigma draws ties and accounts; SVG below it the axis, SVG above it names. All sigma calls are here.
import Graph from "graphology";
import Sigma from "sigma";
import { createEdgeCurveProgram } from "@sigma/edge-curve";
import { parsed } from "./drawing.js";
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
  const { ties: t } = data, shown = [], on = new Set(), tied = new Set([...t.a, ...t.b]);
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
  show(view) { this.view = view; if (this.scene) this.draw(); }
  draw() {
    if (!this.scene || !this.view) return;
    try { this.sigma ? this.refresh() : this.start(); } catch (error) { this.plain(error); }
    this.overlay();
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
    this.sigma.on("afterRender", () => this.overlay());
    this.sigma.on("clickEdge", ({ edge }) => this.tell.open(+edge));
    this.sigma.on("enterEdge", ({ edge }) => { this.holder.style.cursor = "pointer"; this.tell.hover(+edge); });
    this.sigma.on("leaveEdge", () => { this.holder.style.cursor = ""; this.tell.hover(null); });
    // The wheel belongs to the page; with Ctrl it belongs to the picture.
    this.stage.addEventListener("wheel", event => { if (!event.ctrlKey) event.stopPropagation(); }, { capture: true });
  }
  bounds() { this.sigma.setCustomBBox({ x: [0, this.scene.w], y: [0, this.scene.h] }); }
  refresh() { this.paint(); this.bounds(); this.sigma.resize(); this.sigma.refresh(); }
  paint() {
    const { nodes, ties: t, platforms } = this.data, { pos, r, h } = this.scene, most = Math.max(...t.n, 1);
    const ink = Object.fromEntries(["far", "beyond", "group"].map(l => [l, token(`ev-${l}`)]));
    const fill = platforms.map(p => (p.category === 8 ? token("surface") : token(`cat-${p.category}`))), edge = platforms.map(p => token(`cat-${p.category}-edge`));
    nodes.code.forEach((_, i) => {
      const p = nodes.platform[i], alpha = this.view.on.has(i) ? 1 : 0.28;
      this.graph.mergeNodeAttributes(i, { x: pos[i].x, y: h - pos[i].y, size: r, shape: platforms[p].shape, color: faded(fill[p], alpha), edge: faded(edge[p], alpha) });
    });
    t.n.forEach((n, k) => {
      const chosen = k === this.view.selected, level = t.level[k];
      this.graph.mergeEdgeAttributes(k, { hidden: n < this.view.minimum, zIndex: chosen ? 1e6 : n, size: chosen ? 3 : S.width(n, most),
        color: chosen ? token("select") : level === "far" ? premultiplied(ink.far, 0.5) : premultiplied(ink[level] || ink.group, 0.75) });
    });
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

export function NetworkView({ id, url, minimum, selected, title, description, stamp, height }) {
  const { createElement: h, useEffect, useRef, useState } = window.React;
  const holder = useRef(null), outer = useRef(null), picture = useRef(null);
  const [data, setData] = useState(null), [min, setMin] = useState(minimum ?? null), [over, setOver] = useState(null), [problem, setProblem] = useState(null);
  useEffect(() => {
    const abort = new AbortController();
    setProblem(null);
    fetch(url, { signal: abort.signal, credentials: "same-origin" })
      .then(answer => (answer.ok ? answer.json() : Promise.reject(new Error(`answer ${answer.status}`))))
      .then(found => { setData(found); setMin(now => now ?? firstMinimum(found.ties.n)); })
      .catch(error => { if (error.name !== "AbortError") setProblem("The network could not be loaded. Its table below is complete."); });
    return () => abort.abort();
  }, [url]);
  const chosen = data && selected ? data.ties.key.indexOf(selected) : -1;
  useEffect(() => {
    if (!data || !data.ties.n.length) return undefined;
    const made = new Picture(holder.current, data, { open: k => window.lockstep.go(data.ties.href[k]), hover: setOver });
    picture.current = made;
    outer.current.lockstepSvg = () => made.svg(title, description);
    made.view = viewOf(data, min, chosen < 0 ? null : chosen);
    made.size();
    return () => { made.kill(); picture.current = null; };
  }, [data]);
  const view = data && min !== null ? viewOf(data, min, chosen < 0 ? null : chosen) : null;
  useEffect(() => { if (view && picture.current) picture.current.show(view); }, [min, selected, data]);
  const most = data ? Math.max(...data.ties.n, 1) : 1, least = data ? Math.max(1, Math.min(...data.ties.n, most)) : 1;
  const slide = value => { setMin(value); window.lockstep.state({ min: value > least ? value : null }); };
  const hidden = view && [h("b", { key: 1 }, count(view.hidden)), ` of ${counted(data.ties.n.length, "tie")} and `, h("b", { key: 2 }, count(view.gone)), ` account${view.gone === 1 ? "" : "s"}`];
  const t = data?.ties, said = over === null ? null : `${data.nodes.code[t.a[over]]} and ${data.nodes.code[t.b[over]]}: ${t.n[over]} observed, ${t.expected[over]} expected, ${t.q[over]}. Click to see the posts.`;
  const tool = (label, words, by) => h("button", { type: "button", className: "btn small", "aria-label": words, title: words, onClick: () => picture.current?.zoom(by) }, label);
  return h("div", { id, className: "network", ref: outer, "data-stamp": stamp },
    h("div", { className: "slider" },
      h("label", null, "Draw ties with at least ", h("input", { type: "range", min: least, max: most, step: 1, value: min ?? least, disabled: !data || least === most, className: "strength", onChange: e => slide(+e.target.value), "aria-valuetext": `${min} ${data?.words.together ?? ""}` }), h("span", { className: "atleast" }, h("b", null, min === null ? "" : count(min)), ` ${data?.words.together ?? ""}`)),
      h("span", { className: "hides", role: "status" }, view ? ["Hides ", ...hidden, ". None is deleted."] : "")),
    problem ? h("p", { className: "netproblem", role: "alert" }, problem) : null,
    h("div", { className: "netbox", style: { height: `${height || 440}px` } },
      h("div", { className: "nethold", ref: holder, role: "img", "aria-label": `${title}. ${description || ""}` }),
      h("div", { className: "netzoom" }, tool("+", "Closer", 0.7), tool("−", "Further away", 1.4), tool("Whole", "The whole picture", 0))),
    h("p", { className: "netnote" }, said || "\u00a0"));
}
