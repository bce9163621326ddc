// Before anything is painted: the theme and the size of text this person chose, else the machine's.
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("lockstep-theme"); } catch { /* storage is shut off: the machine's theme stands */ }
  const theme = chosen || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.mantineColorScheme = theme;
  try { const size = +localStorage.getItem("lockstep-size"); if (size > 100 && size <= 200) document.documentElement.style.fontSize = size + "%"; } catch { /* as the browser has it */ }
})();
