// What pages do in the browser: theme, keys, menu, the tools of a figure. No request leaves for another host.
(() => {
  "use strict";
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const kept = {
    get: name => { try { return localStorage.getItem(name); } catch { return null; } },
    set: (name, value) => { try { localStorage.setItem(name, value); } catch { /* storage is shut off */ } },
  };

  // ---- a server that is gone ----------------------------------------------------------------------------------------
  // While something is under way the page asks if anybody is there; without an answer no time left is true.
  let silent = 0, gone = null;
  setInterval(async () => {
    if (!gone && !$("#page .progress")) { silent = 0; return; }
    try { silent = (await fetch("/health", { cache: "no-store" })).ok ? 0 : silent + 1; } catch { silent += 1; }
    if (silent >= 2 && !gone) {
      gone = Object.assign(document.createElement("p"), { className: "gone", textContent: "Lockstep does not answer any more: it was closed, or its computer sleeps. What is shown may be old. Start it again, then reload this page; the case is as it was." });
      gone.setAttribute("role", "alert");
      document.body.append(gone);
      document.body.classList.add("serverless");
    }
    if (!silent && gone) { gone.remove(); gone = null; document.body.classList.remove("serverless"); }
  }, 2000);

  // ---- moving about -------------------------------------------------------------------------------------------------
  const moved = () => dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  const lockstep = (window.lockstep = {
    go(href) { if (/^\/(?!\/)/.test(href)) { history.pushState({}, "", href); moved(); scrollTo(0, 0); } },
    // Part of a view's state that needs no answer from the server.
    state(changes) {
      const url = new URL(location.href);
      for (const [name, value] of Object.entries(changes)) value === null ? url.searchParams.delete(name) : url.searchParams.set(name, value);
      history.replaceState(history.state, "", url);
    },
  });

  // What the server says to go to, and the form of a page as part of its address.
  window.dash_clientside = Object.assign({}, window.dash_clientside, { lockstep: {
    go(href) { if (/^http:\/\/127\.0\.0\.1:\d+\/$/.test(href || "")) location.assign(href); else if (href) lockstep.go(href); return window.dash_clientside.no_update; },
    // A chart in place of its picture, and back: plotly is loaded the first time one is shown.
    zoom(clicks, chart) {
      const on = Boolean(clicks % 2), props = { figure: chart, responsive: true, style: { height: `${chart.layout.height}px` }, config: { displaylogo: false, modeBarButtonsToRemove: ["select2d", "lasso2d", "toImage"] } };
      return [on ? { type: "Graph", namespace: "dash_core_components", props } : null, String(on)];
    },
    keep(...values) {
      const names = window.dash_clientside.callback_context.inputs_list.map(input => input.id.split("-")[1]);
      lockstep.state(Object.fromEntries(names.map((name, k) => [name, Array.isArray(values[k]) ? values[k].join(",") || null : values[k] || null])));
      return window.dash_clientside.no_update;
    },
  } });

  let lastPath = location.pathname, back = null;
  const arrived = () => {
    const title = $("#page h1");
    if (!title) return;
    document.title = `${title.textContent} – Lockstep`;
    document.body.classList.remove("menuopen");
    $(".menu")?.setAttribute("aria-expanded", "false");
    if (location.pathname === lastPath) return;
    lastPath = location.pathname;
    if (back && back.path === location.pathname) focusRow(back.row);
    else title.focus({ preventScroll: true });
  };
  addEventListener("DOMContentLoaded", () => new MutationObserver(arrived).observe(document.body, { childList: true, subtree: true }));

  // ---- theme --------------------------------------------------------------------------------------------------------
  const theme = () => document.documentElement.dataset.theme;
  const wear = next => {
    document.documentElement.dataset.theme = next;
    document.documentElement.dataset.mantineColorScheme = next;
    kept.set("lockstep-theme", next);
    window.dash_clientside?.set_props?.("mantine", { forceColorScheme: next });
    recolour();
  };
  // Plotly charts are made with the light tokens; by the table of swaps each light colour has its dark one.
  const swaps = () => JSON.parse($("#swaps")?.textContent || "{}");
  const recolour = () => {
    const charts = $$(".js-plotly-plot").filter(chart => (chart.dataset.theme || "light") !== theme());
    if (!charts.length || !window.Plotly) return;
    const light = swaps(), table = theme() === "dark" ? light : Object.fromEntries(Object.entries(light).map(([a, b]) => [b, a]));
    const turn = v => (typeof v === "string" ? table[v.toLowerCase()] || v : Array.isArray(v) ? v.map(turn) : v && v.constructor === Object ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, turn(x)])) : v);
    for (const chart of charts) { chart.dataset.theme = theme(); window.Plotly.react(chart, turn(chart.data), turn(chart.layout)); }
  };
  addEventListener("DOMContentLoaded", () => new MutationObserver(recolour).observe(document.body, { childList: true, subtree: true }));

  // ---- keys ---------------------------------------------------------------------------------------------------------
  const rows = () => $$("[data-row]").filter(row => row.offsetParent);
  const rowLink = row => $("a[href]", row);
  const focusRow = at => { const link = rows()[at] && rowLink(rows()[at]); if (link) { link.focus(); link.scrollIntoView({ block: "nearest" }); } };
  const rowAt = () => rows().findIndex(row => row.contains(document.activeElement));
  const step = by => {
    const named = $(by > 0 ? ".key-j" : ".key-k");
    if (named && rowAt() < 0) return named.click();
    const at = rowAt();
    focusRow(at < 0 ? (by > 0 ? 0 : rows().length - 1) : Math.min(Math.max(at + by, 0), rows().length - 1));
  };
  const strength = by => {
    const slider = $(".strength");
    if (!slider || slider.disabled) return;
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
    set.call(slider, +slider.value + by);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const panel = () => $("#shortcuts");
  const leave = () => { const links = $$(".crumbs a"); if (links.length) links.at(-1).click(); };
  const keysOff = () => kept.get("lockstep-keys") === "off";
  const named = button => { button.textContent = keysOff() ? "Turn keys on" : "Turn keys off"; };
  const openPanel = () => { named($('[data-tool="keys"]')); panel()?.showModal(); };
  // Text in four sizes; all sizes of the pages follow it.
  const larger = () => { const sizes = [100, 115, 130, 150], next = sizes[(sizes.indexOf(+kept.get("lockstep-size") || 100) + 1) % sizes.length]; kept.set("lockstep-size", next); document.documentElement.style.fontSize = next === 100 ? "" : `${next}%`; dispatchEvent(new Event("resize")); };
  let waiting = 0;
  const keys = {
    "?": openPanel, j: () => step(1), k: () => step(-1), "[": () => strength(-1), "]": () => strength(1),
    t: () => { const twin = document.activeElement?.closest?.(".card")?.querySelector(".twin") || $(".card .twin"); if (twin) showTwin(twin, !twin.open); },
    g: () => { waiting = Date.now(); }, d: () => $(".key-d")?.click(),
    "/": () => $(".search input")?.focus(),
  };
  const typing = target => target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) || (target.tagName === "INPUT" && !/^(range|checkbox|radio|button)$/.test(target.type));
  addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { const go = $(".key-ctrl-enter"); if (go) { event.preventDefault(); go.click(); } return; }
    if (event.key === "s" && (event.ctrlKey || event.metaKey)) { const keep = $(".key-ctrl-s"); if (keep) { event.preventDefault(); document.activeElement?.blur(); setTimeout(() => keep.click(), 50); } return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
    if (event.key === "Escape") { if (!panel()?.open && !$(".mantine-Popover-dropdown")) leave(); return; }
    if (panel()?.open || keysOff()) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const go = Date.now() - waiting < 1200 && $(`[data-go-key="${CSS.escape(key)}"]`);
    if (go) { waiting = 0; event.preventDefault(); return $("a", go).click(); }
    if (keys[key]) { event.preventDefault(); return keys[key](); }
  });

  // ---- clicks -------------------------------------------------------------------------------------------------------
  const showTwin = (twin, open) => { twin.open = open; if (open) twin.scrollIntoView({ block: "nearest" }); };
  const actions = {
    theme: () => wear(theme() === "dark" ? "light" : "dark"),
    shortcuts: openPanel,
    close: () => panel()?.close(),
    keys: button => { kept.set("lockstep-keys", keysOff() ? "on" : "off"); named(button); },
    larger,
    filters: button => button.setAttribute("aria-expanded", String(button.parentElement.classList.toggle("open"))),
    choose: button => choose(button.dataset.batch),
    to: button => lockstep.go(button.dataset.to),
    menu: button => button.setAttribute("aria-expanded", String(document.body.classList.toggle("menuopen"))),
    table: (_, card) => { const twin = $(".twin", card); showTwin(twin, !twin.open); },
    csv: (_, card) => save(new Blob(["\ufeff" + csv($(".twin table", card))], { type: "text/csv;charset=utf-8" }), fileName(card, "csv")),
    svg: async (_, card) => save(new Blob([(await picture(card)).text], { type: "image/svg+xml" }), fileName(card, "svg")),
    png: async (_, card) => save(await bitmap(await picture(card)), fileName(card, "png")),
  };
  addEventListener("click", event => {
    const button = event.target.closest?.("[data-tool]");
    const row = event.target.closest?.("[data-row]");
    const drawnLink = event.target.closest?.(".drawing a, .static a[href^='/']:not([download])");
    if (drawnLink && !event.ctrlKey && !event.metaKey) { event.preventDefault(); lockstep.go(drawnLink.getAttribute("href")); }
    if (row) back = { path: location.pathname, row: rows().indexOf(row) };
    if (!button) return;
    const card = button.closest(".card");
    Promise.resolve(actions[button.dataset.tool]?.(button, card)).catch(() => say(button, "This could not be saved. Its table can be."));
  });
  // A form of filters is an address: sent at once when something is chosen, on Enter when something is written.
  const asAddress = form => lockstep.go(`${form.getAttribute("action")}?${new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""))}`);
  addEventListener("submit", event => {
    if (event.target.matches?.("form[data-address]")) { event.preventDefault(); return asAddress(event.target); }
    if (!event.target.matches?.(".search")) return;
    event.preventDefault();
    // Words may be a name: the server gives the address, in which they stand as a code.
    const body = JSON.stringify({ q: new FormData(event.target).get("q"), run: new URL(location.href).searchParams.get("run") || "" });
    fetch("/acts/search", { method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" }, body }).then(answer => answer.json()).then(({ href }) => lockstep.go(href));
  });
  addEventListener("change", event => {
    if (event.target.matches?.("[data-go]")) lockstep.go(event.target.value);
    if (event.target.matches?.("form[data-address] select")) asAddress(event.target.form);
  });
  const say = (button, words) => { const note = Object.assign(document.createElement("span"), { className: "warnword", textContent: words }); note.setAttribute("role", "status"); button.parentElement.append(note); setTimeout(() => note.remove(), 6000); };

  // ---- bringing files in: each goes as the body of one request; the server names it anew -------------------------------
  let sending = null;
  const sayDrop = words => { const said = $(".dropsaid"); if (said) said.textContent = words; };
  const sendOne = (file, batch, nth, all) => new Promise((done, failed) => {
    const ask = (sending = new XMLHttpRequest());
    ask.open("POST", `/files/upload?batch=${batch}&name=${encodeURIComponent(file.name)}`);
    ask.setRequestHeader("Content-Type", "application/octet-stream");
    ask.upload.onprogress = event => sayDrop(`Sending ${nth} of ${all}: ${file.name}, ${Math.round((100 * event.loaded) / Math.max(1, event.total))}%`);
    ask.onload = () => { let said = {}; try { said = JSON.parse(ask.responseText); } catch { /* the server said nothing */ } ask.status === 200 ? done() : failed(new Error(said.error || `${file.name} was not accepted.`)); };
    ask.onerror = () => failed(new Error(`${file.name} could not be sent.`));
    ask.onabort = () => failed(new Error("Nothing was sent."));
    ask.send(file);
  });
  const bring = async (files, to = "start-batch") => {
    if (!files.length || sending) return;
    const batch = [...crypto.getRandomValues(new Uint8Array(8))].map(byte => byte.toString(16).padStart(2, "0")).join("");
    try {
      for (const [k, file] of files.entries()) await sendOne(file, batch, k + 1, files.length);
      sayDrop(to === "start-batch" ? "Checking the files." : "");
      window.dash_clientside.set_props(to, { data: batch });
    } catch (error) { sayDrop(error.message); } finally { sending = null; }
  };
  const choose = to => { const field = Object.assign(document.createElement("input"), { type: "file", multiple: true }); field.addEventListener("change", () => bring([...field.files], to)); field.click(); };
  const dropBox = () => $("[data-drop]");
  addEventListener("dragover", event => { if (!dropBox()) return; event.preventDefault(); dropBox().classList.add("over"); });
  addEventListener("dragleave", event => { if (!event.relatedTarget) dropBox()?.classList.remove("over"); });
  addEventListener("drop", event => { if (!dropBox()) return; event.preventDefault(); dropBox().classList.remove("over"); bring([...event.dataTransfer.files]); });

  // ---- saving -------------------------------------------------------------------------------------------------------
  const run = () => $(".runbox")?.dataset.run || "";
  const fileName = (card, ending) => [card.dataset.name, run()].filter(Boolean).join("_") + "." + ending;
  const save = (blob, name) => {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
    document.body.append(link); link.click(); link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  // A cell that begins like a formula gets a quote, so that no spreadsheet runs it; plain numbers stay numbers.
  const cell = text => {
    const plain = text.replace(/\s+/g, " ").trim(), risky = /^[=+\-@\t\r]/.test(plain) && !/^[-+]?[\d.,]+(e[-+]?\d+)?$/i.test(plain);
    const safe = risky ? `'${plain}` : plain;
    return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const csv = table => $$("tr", table).map((row, k) => [...[...row.cells].map(c => cell(c.dataset.value ?? c.textContent)), k ? run() : "run"].join(",")).join("\r\n") + "\r\n";

  const LOOK = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight", "font-style", "paint-order", "text-anchor", "display"];
  // Pictures leave in the light theme whatever the screen wears: they are for paper and for other people's pages.
  const inlined = svg => {
    const stage = Object.assign(document.createElement("div"), { className: "exporting" });
    stage.dataset.theme = "light";
    stage.style.cssText = "position:absolute;left:-9999px;top:0;width:1200px";
    const copy = svg.cloneNode(true);
    stage.append(copy); document.body.append(stage);
    const looks = [copy, ...copy.querySelectorAll("*")].map(el => [el, getComputedStyle(el)]);
    for (const [el, look] of looks) if (!/^(title|desc|defs)$/.test(el.localName)) for (const name of LOOK) {
      const value = look.getPropertyValue(name);
      if (value && !(name === "display" && value !== "none")) el.setAttribute(name, value.replaceAll('"', "'"));
    }
    const light = getComputedStyle(stage), ink = Object.fromEntries(["surface", "ink", "ink-3", "ev-far"].map(n => [n, light.getPropertyValue(`--${n}`).trim()]));
    for (const [el] of looks) { el.removeAttribute("class"); el.removeAttribute("style"); el.removeAttribute("id"); el.removeAttribute("aria-labelledby"); el.removeAttribute("role"); }
    stage.remove();
    return { copy, ink };
  };
  const parse = text => document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
  const drawn = async card => {
    const network = $(".network", card), chart = $(".js-plotly-plot", card);
    if (network?.lockstepSvg) return parse(network.lockstepSvg());
    if (chart) return parse(decodeURIComponent((await window.Plotly.toImage(chart, { format: "svg" })).replace(/^data:image\/svg\+xml,/, "")));
    const whole = $(".export svg", card), all = $$(".figbody svg.fig", card);
    return whole || all.sort((a, b) => b.getBoundingClientRect().width * b.getBoundingClientRect().height - a.getBoundingClientRect().width * a.getBoundingClientRect().height)[0];
  };
  const wrap = (words, wide, size) => {
    const lines = [""], most = wide / (size * 0.5);
    for (const word of words.split(/\s+/)) (lines.at(-1) + word).length > most ? lines.push(word + " ") : (lines[lines.length - 1] += word + " ");
    return lines.map(line => line.trim()).filter(Boolean);
  };
  const FACES = [["IBM Plex Sans Condensed", 400, "sans-condensed"], ["IBM Plex Sans Condensed", 500, "sans-condensed"], ["IBM Plex Sans Condensed", 600, "sans-condensed"], ["IBM Plex Sans", 400, "sans"], ["IBM Plex Sans", 500, "sans"], ["IBM Plex Serif", 500, "serif"]];
  let faces = null;
  const fonts = () => (faces ??= Promise.all(FACES.map(async ([family, weight, file]) => {
    const bytes = new Uint8Array(await (await fetch(`/assets/fonts/ibm-plex-${file}-latin-${weight}-normal.woff2`)).arrayBuffer());
    let text = ""; for (const byte of bytes) text += String.fromCharCode(byte);
    return `@font-face{font-family:'${family}';font-weight:${weight};src:url(data:font/woff2;base64,${btoa(text)}) format('woff2')}`;
  })).then(all => all.join("")).catch(() => ""));

  // Title, picture, key and source line with the run as one SVG that can stand alone.
  const picture = async card => {
    const NS = "http://www.w3.org/2000/svg", { copy, ink } = inlined(await drawn(card));
    const box = (copy.getAttribute("viewBox") || `0 0 ${copy.getAttribute("width")} ${copy.getAttribute("height")}`).split(/[\s,]+/).map(Number);
    const pad = 20, w = Math.max(360, box[2]) + 2 * pad, words = $("figcaption h2", card).textContent, source = $(".src", card)?.textContent || run();
    const out = document.createElementNS(NS, "svg");
    const put = (name, attrs, text) => { const el = document.createElementNS(NS, name); for (const [k, v] of Object.entries(attrs)) el.setAttribute(k, v); if (text) el.textContent = text; out.append(el); return el; };
    put("title", {}, words);
    put("desc", {}, copy.querySelector("desc")?.textContent || words);
    put("style", {}, await fonts());
    const paper = put("rect", { width: "100%", height: "100%", fill: ink.surface });
    let y = pad + 14;
    for (const line of wrap(words, w - 2 * pad, 17)) { put("text", { x: pad, y, fill: ink.ink, "font-family": "'IBM Plex Serif',Georgia,serif", "font-weight": 500, "font-size": 17 }, line); y += 23; }
    y += 2;
    copy.setAttribute("x", pad); copy.setAttribute("y", y); copy.setAttribute("width", box[2]); copy.setAttribute("height", box[3]); copy.setAttribute("overflow", "visible");
    out.append(copy); y += box[3] + 22;
    // The key as on the page: each shape or line with its words, in rows.
    let x = pad;
    for (const span of $$(".key > span", card).filter(s => s.offsetParent)) {
      const said = span.textContent.trim(), shape = $("svg", span), tie = $(".tieline", span);
      const wide = shape ? +shape.getAttribute("width") + 6 : tie ? 28 : 0, whole = wide + said.length * 6.2 + 18;
      if (x > pad && x + whole > w - pad) { x = pad; y += 18; }
      if (shape) { const mini = inlined(shape).copy; mini.setAttribute("x", x); mini.setAttribute("y", y - 1 - (+shape.getAttribute("height") + 9) / 2); out.append(mini); }
      if (tie) { const look = getComputedStyle(tie), dash = { dashed: "4 3", dotted: "1.5 2.5" }[look.borderTopStyle]; put("line", { x1: x, x2: x + 22, y1: y - 4, y2: y - 4, stroke: ink["ev-far"], "stroke-width": parseFloat(look.borderTopWidth) || 1, class: "swatch", ...(dash ? { "stroke-dasharray": dash } : {}) }); }
      put("text", { x: x + wide, y, fill: ink["ink-3"], "font-family": "'IBM Plex Sans',system-ui,sans-serif", "font-size": 12 }, said);
      x += whole;
    }
    if (x > pad) y += 18;
    for (const line of wrap(source, w - 2 * pad, 12)) { put("text", { x: pad, y, fill: ink["ink-3"], "font-family": "'IBM Plex Sans',system-ui,sans-serif", "font-size": 12 }, line); y += 16; }
    const h = Math.ceil(y + pad - 12);
    for (const [k, v] of Object.entries({ xmlns: NS, viewBox: `0 0 ${w} ${h}`, width: w, height: h, role: "img" })) out.setAttribute(k, v);
    paper.setAttribute("height", h);
    return { text: new XMLSerializer().serializeToString(out), w, h };
  };
  const bitmap = async ({ text, w, h }) => {
    const image = new Image(w, h), url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    await new Promise((done, failed) => { image.onload = done; image.onerror = failed; image.src = url; });
    const canvas = Object.assign(document.createElement("canvas"), { width: w * 2, height: h * 2 });
    canvas.getContext("2d").drawImage(image, 0, 0, w * 2, h * 2);
    URL.revokeObjectURL(url);
    return new Promise(done => canvas.toBlob(done, "image/png"));
  };
})();
