// Before anything is painted: the theme this person chose, else the machine's.
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("lockstep-theme"); } catch { /* storage is shut off: the machine's theme stands */ }
  const theme = chosen || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.mantineColorScheme = theme;
})();
