// The network of one group or of any set of accounts: its controls, its pictures, and the line that counts what is hidden.
import { COLOURS, coloured, offered } from "./look.js";
import { COMPARED } from "./marks.js";
import * as P from "./period.js";
import { Picture, whole } from "./picture.js";
import { inWorker } from "./refine.js";
import * as S from "./scene.js";

const count = n => n.toLocaleString("en-GB");
const counted = (n, one) => `${count(n)} ${one}${n === 1 ? "" : "s"}`;
const WIDE = 1100; // of the window, from which two pictures stand side by side
const FIRST = { network: 3000, delay: 60 }; // ties of the first picture at most, where there are many
const LAYOUTS = { network: "Network", delay: "Delay", both: "Both" };
const SHAPES = { circle: "●", square: "■", triangle: "▲", diamond: "◆", down: "▼", hexagon: "⬢", cross: "✚", ring: "○" };
const SIZES = { ties: "Ties", alike: "All alike" };

// Over 200 ties the first picture holds the strongest; the line below it says how many are hidden.
export function firstMinimum(n, most) {
  const sorted = [...n].sort((a, b) => b - a);
  if (sorted.length <= Math.max(200, most)) return Math.max(1, sorted.at(-1) ?? 1); // a tie without a meeting in the chosen days is not drawn
  return Math.min(sorted[0], sorted[most] + 1);
}

export function viewOf(data, minimum, selected, node) {
  const { ties: t } = data, shown = [], on = new Set();
  t.n.forEach((n, k) => { if (n >= minimum) { shown.push(k); on.add(t.a[k]); on.add(t.b[k]); } });
  shown.sort((a, b) => t.n[a] - t.n[b]);
  const chosen = node !== null ? shown.filter(k => t.a[k] === node || t.b[k] === node) : selected !== null && t.n[selected] >= minimum ? [selected] : [];
  return { minimum, selected: node === null ? selected : null, node, shown, on, chosen, hidden: t.n.length - shown.length };
}

const SAID = { wait: "Looking for an order with shorter ties…", none: "No order with shorter ties was found.", kept: "Saved for everyone who opens this group.", no: "The layout could not be saved." };
const HELP = "Picture of the network. F: find. Arrows: nearest partner. Enter: open. Escape: clear. Plus, minus, 0: zoom. 1, 2, 3: layout. T: table.";
const inAddress = name => new URLSearchParams(location.search).get(name);

export function NetworkView({ id, url, minimum, selected, title, description, stamp, height, keep, opening, because, gexf }) {
  const { createElement: h, useEffect, useMemo, useRef, useState } = window.React;
  const holders = { network: useRef(null), delay: useRef(null) }, outer = useRef(null), pictures = useRef([]), finder = useRef(null);
  const [data, setData] = useState(null), [min, setMin] = useState(minimum ?? null), [over, setOver] = useState(null), [problem, setProblem] = useState(null);
  const [period, setPeriod] = useState(() => P.chosen(location.search)), [order, setOrder] = useState(null), [told, setTold] = useState("");
  const [asked, setAsked] = useState(() => ({ layout: inAddress("layout"), colour: inAddress("colour"), size: inAddress("size") })), [node, setNode] = useState(null), [wide, setWide] = useState(innerWidth >= WIDE);
  useEffect(() => {
    const abort = new AbortController();
    setProblem(null);
    fetch(url, { signal: abort.signal, credentials: "same-origin" })
      .then(answer => (answer.ok ? answer.json() : Promise.reject(new Error(`answer ${answer.status}`))))
      .then(found => { count_(found, period); const name = inAddress("node"), at = found.nodes.code.indexOf(name); setNode(at < 0 ? null : at); setData(found); })
      .catch(error => { if (error.name !== "AbortError") setProblem("The network could not be loaded. Its table below is complete."); });
    return () => abort.abort();
  }, [url]);
  useEffect(() => {
    const heard = event => { const days = event.detail || P.chosen(location.search); setData(now => { if (now) count_(now, days); return now; }); setPeriod(days); };
    const turned = () => setWide(innerWidth >= WIDE);
    addEventListener("lockstep:period", heard);
    addEventListener("resize", turned);
    return () => { removeEventListener("lockstep:period", heard); removeEventListener("resize", turned); };
  }, []);
  // ---- what is shown ----
  const only = data && !data.delays ? "network" : null, first = opening || "delay", stacked = Boolean(data?.words.step), placed = !data || Boolean(data.nodes.x);
  const can = Object.keys(LAYOUTS).filter(name => (only ? name === only : name !== "both" || wide) && (placed || name === "delay"));
  const plain = first === "network" && can.includes("both") && stacked ? "both" : first, layout = can.includes(asked.layout) ? asked.layout : can.includes(plain) ? plain : can[0] || "network";
  const kinds = layout === "both" ? ["network", stacked ? "stack" : "lanes"] : layout === "network" ? ["network"] : [stacked ? "stack" : "lanes"];
  const ways = data ? offered(data) : ["platform"], by = ways.includes(asked.colour) ? asked.colour : ways[0], size = SIZES[asked.size] ? asked.size : "ties";
  const colour = useMemo(() => (data ? coloured(data, by) : null), [data, by]), look = { colour, size };
  const start = data ? data.starts[layout === "delay" && !stacked ? "delay" : "network"] : null;
  const chosen = data && selected && layout !== "network" && !stacked ? tieNamed(data, selected) : -1, pick = chosen < 0 ? null : chosen;
  const least = data?.least ?? 1, most = data?.most ?? 1, at = data ? Math.min(Math.max(min ?? start, least), most) : null; // until somebody moves it, the slider stands where the days put it
  const view = useMemo(() => (data ? viewOf(data, at, pick, node) : null), [data, at, pick, node, period]);
  // ---- pictures ----
  useEffect(() => {
    if (!data || !data.nodes.code.length) return undefined;
    const { nodes, ties: t } = data, go = more => window.lockstep.go(`${data.href}&${new URLSearchParams(more)}`);
    const tell = { open: k => go({ a: nodes.uid[t.a[k]], b: nodes.uid[t.b[k]] }), hover: k => setOver(k === null ? null : { k }), account: i => (layout === "delay" && !stacked ? go({ account: nodes.uid[i] }) : choose(i)), near: i => setOver(i === null ? null : { i }) };
    const made = kinds.map(kind => new Picture(holders[kind === "network" ? "network" : "delay"].current, data, kind, look, tell));
    pictures.current = made;
    for (const picture of made) { picture.view = view; picture.size(); }
    outer.current.dataset.ready = "1";
    return () => { for (const picture of made) picture.kill(); pictures.current = []; };
  }, [data, kinds.join()]);
  useEffect(() => { if (view) for (const picture of pictures.current) picture.show(view); }, [view]);
  useEffect(() => { if (data) for (const picture of pictures.current) if (picture.look.colour !== colour || picture.look.size !== size) picture.again(look); }, [colour, size]);
  useEffect(() => { if (outer.current && view) outer.current.lockstepSvg = () => whole(kinds, data, view, look, 960, Math.max(480, Math.min(820, height || 480)), title, description); });
  // ---- what people do ----
  const ask = (name, value) => { setAsked(now => ({ ...now, [name]: value })); window.lockstep.state({ [name]: value }); };
  const slide = value => { setMin(value); window.lockstep.state({ min: value === start ? null : value }); };
  const choose = i => { setNode(now => { const next = now === i ? null : i; window.lockstep.state({ node: next === null ? null : data.nodes.code[next] }); return next; }); setOver(null); };
  const openIt = () => { if (node !== null) window.lockstep.go(`${data.href}&${new URLSearchParams({ account: data.nodes.uid[node] })}`); };
  const find = words => {
    const name = words.trim().toUpperCase(), i = data.nodes.code.findIndex(code => code.toUpperCase() === name || code.toUpperCase() === `A-${name}`);
    if (i < 0) return setOver({ words: name ? `No account ${name} in this picture.` : "" });
    if (node !== i) choose(i);
  };
  const step = (dx, dy) => {
    if (node === null) return choose(data.nodes.ties.reduce((best, n, i) => (view.on.has(i) && n > (data.nodes.ties[best] ?? -1) ? i : best), 0));
    const { pos } = pictures.current[0].scene, here = pos[node], next = partners(data, view, node).map(i => { const x = pos[i].x - here.x, y = pos[i].y - here.y, far = Math.hypot(x, y) || 1; return { i, far, ahead: (x * dx + y * dy) / far }; }).filter(p => p.ahead > 0.5).sort((a, b) => a.far - b.far)[0];
    if (next) choose(next.i);
  };
  const zoom = by_ => pictures.current[0]?.zoom(by_);
  const KEYS = { f: () => finder.current?.focus(), "/": () => finder.current?.focus(), ArrowLeft: () => step(-1, 0), ArrowRight: () => step(1, 0), ArrowUp: () => step(0, -1), ArrowDown: () => step(0, 1), Enter: openIt, Escape: () => node !== null && choose(node), "+": () => zoom(0.7), "=": () => zoom(0.7), "-": () => zoom(1.4), 0: () => zoom(0), 1: () => can.includes("network") && ask("layout", "network"), 2: () => can.includes("delay") && ask("layout", "delay"), 3: () => can.includes("both") && ask("layout", "both") };
  const pressed = event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey && event.key.startsWith("Arrow") || /^(INPUT|SELECT|BUTTON)$/.test(event.target.tagName) || !data) return;
    const act = KEYS[event.key] || KEYS[event.key.toLowerCase()];
    if (act) { event.preventDefault(); event.nativeEvent.stopPropagation(); act(); }
  };
  const refine = () => {
    setTold(SAID.wait);
    const { nodes, ties: t } = data;
    inWorker({ platform: nodes.platform, a: t.a, b: t.b, n: t.observed, row: S.rowsOf(data) }, ({ part, done, problem: failed }) => {
      if (failed) return setTold("This browser could not improve the layout.");
      if (part) return setTold(`${SAID.wait} ${Math.round(part * 100)}%`);
      const shorter = done.before ? Math.round(100 * (1 - done.after / done.before)) : 0;
      if (shorter < 1) return setTold(SAID.none);
      data.rows = done.rows;
      for (const picture of pictures.current) picture.again();
      setOrder(done.rows);
      setTold(`Ties are ${shorter}% shorter. Left-to-right positions did not change.`);
    });
  };
  const keepIt = () => fetch(keep, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ rows: order }) })
    .then(answer => { setTold(answer.ok ? SAID.kept : SAID.no); if (answer.ok) setOrder(null); }, () => setTold(SAID.no));
  const clear = () => { setMin(null); window.lockstep.state({ min: null, from: null, to: null }); dispatchEvent(new CustomEvent("lockstep:period", { detail: { from: null, to: null } })); };
  // ---- the page ----
  const pickOne = (label, name, value, options) => h("label", { key: name }, `${label} `, h("select", { value, disabled: !data, onChange: e => ask(name, e.target.value) }, options.map(([key, words]) => h("option", { key, value: key }, words))));
  const tool = (label, words, by_) => h("button", { type: "button", className: "btn small", "aria-label": words, title: words, onClick: () => zoom(by_) }, label);
  const none = view && view.shown.length === 0 && data.ties.n.length > 0, box = { height: `${height || 440}px` };
  const boxOf = (key, kind, head) => h("div", { className: `netbox of-${kind}`, key, style: box },
    h("div", { className: "nethold", ref: holders[key], role: "img", "aria-label": `${title}. ${description || ""}` }),
    head ? h("p", { className: "nethead" }, head) : null,
    data || problem ? null : h("p", { className: "netwait", role: "status" }, "Loading accounts and ties…"),
    key === "network" || kinds.length === 1 ? h("div", { className: "netzoom" }, tool("+", "Zoom in", 0.7), tool("−", "Zoom out", 1.4), tool("Reset", "Reset zoom", 0)) : null);
  const delayHead = stacked ? "Delay: who goes first, by the minute" : "Delay: who goes first";
  return h("div", { id, className: `network is-${layout}`, ref: outer, "data-stamp": stamp, onKeyDown: pressed },
    h("div", { className: "slider" },
      can.length > 1 ? h("span", { className: "netswitch", role: "group", "aria-label": "Layout" }, can.map(name => h("button", { key: name, type: "button", className: "btn small", "aria-pressed": layout === name, onClick: () => ask("layout", name) }, LAYOUTS[name]))) : null,
      ways.length > 1 ? pickOne("Colour", "colour", by, ways.map(name => [name, COLOURS[name]])) : null,
      layout === "delay" ? null : pickOne("Size", "size", size, Object.entries(SIZES)),
      h("label", null, "Draw ties with at least ", h("input", { type: "range", min: least, max: most, step: 1, value: at ?? least, disabled: !data || least === most, className: "strength", onChange: e => slide(+e.target.value), "aria-valuetext": `${at} ${data?.words.together ?? ""}` }), h("span", { className: "atleast" }, h("b", null, at === null ? "" : count(at)), ` ${data?.words.together ?? ""}`)),
      h("label", { className: "netfind" }, "Find ", h("input", { ref: finder, type: "search", placeholder: "A-12", size: 7, disabled: !data, onKeyDown: e => { if (e.key === "Enter") find(e.target.value); } })),
      gexf ? h("a", { className: "txt", href: `${gexf}&colour=${by}`, download: "" }, "GEXF") : null),
    problem ? h("p", { className: "netproblem", role: "alert" }, problem) : null,
    data && !placed ? h("p", { className: "netproblem", role: "alert" }, "The layout could not be loaded. The table below is complete.") : null,
    h("div", { className: "netboxes", tabIndex: 0, role: "application", "aria-label": HELP }, // one stop for the keyboard, whatever the layout
      layout === "delay" ? null : boxOf("network", "network", layout === "both" ? "Network: who is tied to whom" : null),
      layout === "network" ? null : boxOf("delay", kinds.at(-1), layout === "both" ? delayHead : null)),
    none ? h("p", { className: "netnone" }, "No tie matches these filters. ", h("button", { type: "button", className: "txt", onClick: clear }, "Clear all filters")) : null,
    h("p", { className: "netnote", role: "status" }, over?.words ?? (over !== null ? saidOf(data, over) : node !== null && data ? `${saidOf(data, { i: node }, true)}` : "\u00a0"), node !== null && over === null ? h("button", { type: "button", className: "txt", onClick: openIt }, "Open its posts") : null),
    h("p", { className: "hides", role: "status" }, view ? statusOf(h, data, view, at, layout, stacked, P.named(period), asked.layout ? "" : because) : ""),
    stacked && layout !== "network" && data ? h("p", { className: "src" }, data.words.coarse) : null,
    colour && layout !== "delay" || colour && by !== "platform" ? h("p", { className: "netkey" }, h("b", null, `Colour: ${COLOURS[by].toLowerCase()}`), colour.entries.filter(e => e.n).map((e, k) => h("span", { key: k }, swatch(h, e), `${e.name} ${count(e.n)}`)), by === "platform" || data.platforms.length < 2 ? null : h("span", null, `Shape: ${data.platforms.map(p => `${SHAPES[p.shape] || p.shape} ${p.name}`).join(", ")}`)) : null,
    data?.nodes.compared?.length ? h("p", { className: "netkey" }, h("i", { className: "swatch ringed", "aria-hidden": "true" }), `Dashed ring: ${COMPARED} ${count(data.nodes.compared.length)}`) : null,
    layout !== "delay" && data ? h("p", { className: "src" }, `Accounts with ties lie near each other${data.part ? "; the distance between two groups has no meaning" : ""}. Force layout, stored with the run.`) : null,
    keep && layout !== "network" && !stacked ? h("p", { className: "netrefine" },
      h("button", { type: "button", className: "txt", disabled: !data, onClick: refine }, "Improve layout"),
      order ? h("button", { type: "button", className: "txt", onClick: keepIt }, "Save this layout") : null,
      h("span", { role: "status" }, told)) : null);
}

const swatch = (h, { fill, edge }) => h("i", { className: "swatch", "aria-hidden": "true", style: { background: `var(--${fill})`, borderColor: `var(--${edge})` } });

function statusOf(h, data, view, at, layout, stacked, days, because) {
  const whole_ = data.nodes.code.length, gone = whole_ - view.on.size;
  if (layout === "delay" && stacked) return [`${counted(whole_, "account")}. Ties are not drawn in this layout. `, because || ""];
  const left = data.left ? `Only the ${count(data.ties.n.length)} strongest of ${count(data.left + data.ties.n.length)} ties are here; the table holds all. ` : "";
  const less = view.hidden ? `${counted(view.hidden, "tie")} of fewer than ${at} ${data.words.together.replace(/ together$/, "")}` : "";
  const hidden = [less ? `Hidden: ${less}. None is deleted. ` : "Nothing is hidden. ", gone ? `Pale: ${counted(gone, "account")} without a tie that is drawn. ` : ""];
  return ["Drawn: ", h("b", { key: 1 }, count(whole_)), ` of ${counted(whole_ + (data.more || 0), "account")}, `, h("b", { key: 2 }, count(view.shown.length)), ` of ${counted(data.ties.n.length, "tie")}. `, left, ...hidden, because ? `${because} ` : "", days ? `Counted ${days}.` : ""];
}

function partners({ ties: t }, view, node) {
  return [...new Set(view.chosen.flatMap(k => [t.a[k], t.b[k]]))].filter(i => i !== node);
}

// Counts of the chosen days, and what the slider spans.
function count_(data, period) {
  const n = P.counted(data, period);
  data.ties.n = n;
  data.most = n.reduce((a, b) => Math.max(a, b), 1);
  data.starts = { network: firstMinimum(n, FIRST.network), delay: firstMinimum(n, FIRST.delay) };
  data.least = Math.max(1, n.reduce((a, b) => Math.min(a, b), data.most));
}

function tieNamed({ nodes, ties: t }, name) {
  const [one, two] = name.split("~"), at = k => [nodes.code[t.a[k]], nodes.code[t.b[k]]];
  return t.a.findIndex((_, k) => { const [a, b] = at(k); return (a === one && b === two) || (a === two && b === one); });
}

function saidOf({ nodes, ties: t }, { k, i }, quiet) {
  if (i !== undefined) return `${nodes.code[i]}: ${counted(nodes.ties[i], "tie")}, first ${count(nodes.first[i])} times. ${quiet ? "" : "Click to see its ties."}`;
  return `${nodes.code[t.a[k]]} and ${nodes.code[t.b[k]]}: ${t.n[k]} observed, ${t.expected[k]} expected, ${t.q[k]}. Click to see the posts.`;
}
