// Circles of the group map lead to their group; "Copy" takes a broken address along.
(() => {
  "use strict";
  addEventListener("click", event => {
    const circle = event.target.closest?.("svg [data-href]");
    if (circle) return window.lockstep?.go(circle.dataset.href);
    const button = event.target.closest?.("button[data-copy]");
    if (!button) return;
    const told = words => { button.textContent = words; setTimeout(() => { button.textContent = "Copy"; }, 1500); };
    navigator.clipboard.writeText(button.dataset.copy).then(() => told("Copied"), () => told("Not copied"));
  });
})();
