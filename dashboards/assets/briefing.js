// The page Briefing: pieces are dragged into another order, and focus stays on the button that moved one.
(() => {
  let held = null, last = null;
  const order = () => [...document.querySelectorAll("#basket > [data-pinned]")].map(item => item.dataset.pinned);
  addEventListener("dragstart", event => {
    held = event.target.closest?.("#basket > [data-pinned]");
    if (held && /^(TEXTAREA|INPUT)$/.test(document.activeElement?.tagName) && held.contains(document.activeElement)) { event.preventDefault(); held = null; }
    held?.classList.add("held");
  });
  addEventListener("dragover", event => {
    const over = held && event.target.closest?.("#basket > [data-pinned]");
    if (!held) return;
    event.preventDefault();
    document.querySelectorAll("#basket .over").forEach(item => item.classList.remove("over"));
    if (over && over !== held) over.classList.add("over");
  });
  addEventListener("drop", event => {
    const over = held && event.target.closest?.("#basket > [data-pinned]");
    if (over && over !== held) {
      event.preventDefault();
      const now = order(), from = now.indexOf(held.dataset.pinned), to = now.indexOf(over.dataset.pinned);
      now.splice(to, 0, ...now.splice(from, 1));
      window.dash_clientside.set_props("briefing-order", { data: now });
    }
  });
  addEventListener("dragend", () => { document.querySelectorAll("#basket .held, #basket .over").forEach(item => item.classList.remove("held", "over")); held = null; });
  // However long the answer takes: until the person goes elsewhere.
  addEventListener("click", event => { last = event.target.closest?.("[data-move]")?.dataset.move || null; });
  addEventListener("keydown", () => { last = null; });
  addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
    if (!last) return;
    const [pin] = last.split(" "), button = document.querySelector(`[data-move="${CSS.escape(last)}"]`);
    const to = button && !button.disabled ? button : document.querySelector(`[data-move^="${CSS.escape(pin)} "]:not([disabled])`);
    if (to && document.activeElement !== to) to.focus();
  }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-move", "disabled"] }));
})();
