// What is counted in the chosen days. Everything the picture needs is here already, so that a brush answers at once.
const DAY = 86400000;

// The address holds the days as 2026-08-12; either end may be open.
export function chosen(search) {
  const query = new URLSearchParams(search), day = name => (/^\d{4}-\d\d-\d\d$/.test(query.get(name) || "") ? query.get(name) : null);
  return { from: day("from"), to: day("to") };
}

// How many objects each tie met on for the first time in these days.
export function counted({ ties, meetings }, { from, to }) {
  if (!from && !to) return ties.observed;
  const start = Date.parse(meetings.first), low = from ? (Date.parse(from) - start) / DAY : -Infinity, high = to ? (Date.parse(to) - start) / DAY : Infinity;
  const n = new Array(ties.observed.length).fill(0), { tie, day } = meetings;
  for (let k = 0; k < tie.length; k++) if (day[k] >= low && day[k] <= high) n[tie[k]]++;
  return n;
}

const said = day => new Date(day).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
export const named = ({ from, to }) => (from && to ? (from === to ? `on ${said(from)}` : `from ${said(from)} to ${said(to)}`) : from ? `from ${said(from)} on` : to ? `until ${said(to)}` : "");
