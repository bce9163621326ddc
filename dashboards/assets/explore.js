// Groups, Group and Evidence: days of the time line, pins, asking to see what is hidden, keys of these pages.
(() => {
  "use strict";
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const query = () => new URLSearchParams(location.search);
  const post = (address, body) => fetch(address, { method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })
    .then(answer => (answer.ok ? answer.json() : Promise.reject(new Error(`answer ${answer.status}`))));
  const watch = what => addEventListener("DOMContentLoaded", () => new MutationObserver(what).observe(document.body, { childList: true, subtree: true }));

  // ---- days: the brush, the two date fields and the keys set one thing, the address; pictures hear of it ------------------
  const DAY = 86400000, iso = time => new Date(time).toISOString().slice(0, 10);
  const box = () => $(".brushable");
  const whole = () => ({ first: box()?.dataset.first, last: box()?.dataset.last });
  const scale = area => {
    const { first, last, left, width } = area.dataset, rect = $("svg", area).getBoundingClientRect(), k = rect.width / +width;
    const from = Date.parse(first), days = (Date.parse(last) - from) / DAY + 1, start = +left * k, wide = (+width - +left) * k;
    return { day: x => Math.min(days - 1, Math.max(0, Math.floor(((x - rect.left - start) / wide) * days))), at: d => start + (wide * d) / days, date: d => iso(from + d * DAY), index: text => (Date.parse(text) - from) / DAY, days };
  };
  const asked = () => ({ from: query().get("from"), to: query().get("to") });
  const paint = () => {
    const area = box();
    if (!area || !$("svg", area)) return;
    const { from, to } = asked(), old = $(".brush", area);
    if (!from && !to) return old?.remove();
    const by = scale(area), band = old || area.appendChild(Object.assign(document.createElement("div"), { className: "brush" }));
    const a = from ? by.index(from) : 0, b = to ? by.index(to) : by.days - 1;
    band.style.left = `${by.at(a)}px`;
    band.style.width = `${by.at(b + 1) - by.at(a)}px`;
  };
  // From and to as the address holds them: an end of the whole period is no choice.
  const choose = (from, to) => {
    const { first, last } = whole();
    if (from && to && from > to) [from, to] = [to, from];
    const days = { from: from && from > first ? from : null, to: to && to < last ? to : null }, before = asked();
    if (before.from === days.from && before.to === days.to) return days;
    window.lockstep.state(days);
    dispatchEvent(new CustomEvent("lockstep:period", { detail: days }));
    paint();
    return days;
  };
  const fields = ({ from, to }) => {
    const { first, last } = whole(), set = window.dash_clientside?.set_props;
    set?.("from-day", { value: from || first });
    set?.("to-day", { value: to || last });
    set?.("whole-period", { hidden: !from && !to });
  };
  (window.dash_clientside ??= {}).explore = { days: (from, to, first, last) => { const days = choose((from || first).slice(0, 10), (to || last).slice(0, 10)); return !days.from && !days.to; } };
  watch(() => $$(".brushable:not([data-ready])").filter(area => $("svg", area)).forEach(area => { area.dataset.ready = "1"; paint(); }));
  addEventListener("resize", paint);
  let drag = null;
  addEventListener("pointerdown", event => {
    const area = event.target.closest?.(".brushable");
    if (area && event.button === 0) { event.preventDefault(); drag = { area, from: scale(area).day(event.clientX), moved: false }; }
  });
  addEventListener("pointermove", event => {
    if (!drag) return;
    const by = scale(drag.area), to = by.day(event.clientX);
    drag.moved ||= to !== drag.from;
    if (drag.moved) choose(by.date(Math.min(drag.from, to)), by.date(Math.max(drag.from, to)));
  });
  addEventListener("pointerup", () => { if (drag?.moved) fields(asked()); drag = null; });
  const move = by => {
    const { first, last } = whole();
    if (!first) return;
    const now = asked(), from = Date.parse(now.from || first), to = Date.parse(now.to || last), wide = to - from;
    const whole_ = Date.parse(last) - Date.parse(first), span = wide >= whole_ ? Math.max(0, whole_ - DAY) : wide; // the whole period cannot move: it gives up a day
    const start = Math.min(Math.max(by > 0 || wide < whole_ ? from + by * DAY : from, Date.parse(first)), Date.parse(last) - span);
    fields(choose(iso(start), iso(start + span)));
  };

  // ---- pins ---------------------------------------------------------------------------------------------------------------
  const wear = (button, on) => {
    button.setAttribute("aria-pressed", String(on));
    const word = $(".pinword", button);
    button.dataset.word ??= word.textContent;
    word.textContent = on ? "Pinned" : button.dataset.word;
    const name = button.getAttribute("aria-label");  // it begins with the word that is seen
    if (name) button.setAttribute("aria-label", name.replace(/^[^:]*/, word.textContent));
  };
  const run = () => query().get("run") || $(".runbox")?.dataset.run || null;
  let known = null, knownFor = "";
  const pins = () => { if (knownFor !== run()) { knownFor = run(); known = fetch(`/data/pins?${new URLSearchParams(run() ? { run: run() } : {})}`).then(answer => (answer.ok ? answer.json() : [])).then(all => new Set(all.map(pin => pin.key)), () => new Set()); } return known; };
  watch(() => {
    const fresh = $$("button[data-pin]:not([data-ready])");
    if (!fresh.length || !$(".runbox")) return;
    for (const button of fresh) button.dataset.ready = "1";
    pins().then(all => fresh.forEach(button => wear(button, all.has(button.dataset.key))));
  });
  const press = button => {
    const pin = JSON.parse(button.dataset.pin), { key } = button.dataset, { from, to } = asked();
    post("/acts/pin", { run: run(), pin, view: { from, to, min: query().get("min"), layout: query().get("layout") } }).then(
      ({ pinned }) => { wear(button, pinned); pins().then(all => (pinned ? all.add(key) : all.delete(key))); say(pinned ? "Pinned for the briefing." : "No longer pinned."); pins().then(all => dash_clientside.set_props("count-briefing", { children: all.size ? `${all.size}` : null })); },
      () => say("This could not be pinned."),
    );
  };

  // ---- what is hidden, one thing at a time; leaving the page hides it again -------------------------------------------------
  const line = (tag, words, name) => Object.assign(document.createElement(tag), { textContent: words, className: name || "" });
  const reveal = button => {
    const { reveal: uid, what } = button.dataset, place = button.closest("[data-post]"), words = $("p", place);
    if (button.dataset.open) {
      $$(".shown", place).filter(part => part.dataset.of === what).forEach(part => part.remove());
      if (what === "words" && place.dataset.masked !== undefined) words.textContent = place.dataset.masked;
      button.textContent = button.dataset.word;
      delete button.dataset.open;
      return;
    }
    post("/acts/reveal", { run: run(), post: uid, what }).then(({ text, lines }) => {
      button.dataset.open = "1";
      button.dataset.word = button.textContent;
      button.textContent = "Hide";
      if (text !== undefined && words) { place.dataset.masked ??= words.textContent; words.textContent = text; }
      for (const words_ of lines) { const part = line("span", words_, "url shown"); part.dataset.of = what; button.before(part); }
      say("Name shown. This was logged.");
    }, () => say("This could not be shown."));
  };

  // ---- a word at the foot of the page -----------------------------------------------------------------------------------------
  let told = null;
  const say = words => {
    told ??= document.body.appendChild(Object.assign(line("p", "", "told"), { role: "status" }));
    told.setAttribute("role", "status");
    told.textContent = words;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => { told.textContent = ""; }, 4000);
  };
  // A message is about the page it was said on.
  let saidOn = location.pathname + location.search;
  watch(() => { const here = location.pathname + location.search; if (here === saidOn) return; saidOn = here; if (told) told.textContent = ""; });
  const copy = button => {
    const told_ = words => { button.textContent = words; setTimeout(() => { button.textContent = "Copy"; }, 1500); };
    navigator.clipboard.writeText(button.dataset.copy).then(() => { told_("Copied"); say(button.dataset.said || "The address is copied (not clickable)."); }, () => told_("Not copied"));
  };
  addEventListener("click", event => {
    const circle = event.target.closest?.("svg [data-href]");
    if (circle) return window.lockstep?.go(circle.dataset.href);
    const button = event.target.closest?.("button");
    if (!button) return;
    if (button.dataset.copy) copy(button);
    if (button.dataset.pin) press(button);
    if (button.dataset.reveal) reveal(button);
    if (button.dataset.show) showPart(button);
    if (button.id === "whole-period") fields(choose(whole().first, whole().last));
  });

  // ---- on narrow screens: list, map or table ------------------------------------------------------------------------------
  const showPart = button => {
    const page = button.closest(".parted");
    page.dataset.part = button.dataset.show;
    const twin = $("#group-map .twin", page);
    if (twin) twin.open = button.dataset.show === "table";
    $$("[data-show]", page).forEach(other => other.setAttribute("aria-pressed", String(other === button)));
  };

  // ---- keys -----------------------------------------------------------------------------------------------------------------
  const typing = target => target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) || (target.tagName === "INPUT" && !/^(range|checkbox|radio|button)$/.test(target.type));
  const off = () => { try { return localStorage.getItem("lockstep-keys") === "off"; } catch { return false; } };
  const row = () => document.activeElement?.closest?.("[data-row]");
  const verdict = at => {
    const form = $("details.judge"), choice = $$("#verdict-choice input[type=radio]")[at];
    if (!choice) return;
    form.open = true;
    choice.click();
    $("#verdict-reason")?.focus();
  };
  const keys = {
    p: () => { const near = document.activeElement?.closest?.(".card") || row(); ($("button[data-pin]", near || document.createElement("i")) || $("button.key-p"))?.click(); },
    c: () => { ($("button[data-copy]", row() || document.createElement("i")) || $("button[data-copy]"))?.click(); },
    s: () => $("a.key-s")?.click(),
    1: () => verdict(0), 2: () => verdict(1), 3: () => verdict(2),
  };
  addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const save = event.target.closest?.("#judge") ? $("#verdict-save") : event.target.id === "remark" ? $("#remark-save") : null;
      if (save) { event.preventDefault(); save.click(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || off() || $("dialog[open]")) return;
    if (event.shiftKey && /^Arrow(Left|Right)$/.test(event.key) && box() && event.target.type !== "radio") { event.preventDefault(); return move(event.key === "ArrowLeft" ? -1 : 1); }
    const press_ = !event.shiftKey && keys[event.key.toLowerCase()];
    if (press_) { event.preventDefault(); press_(); }
  });
})();
