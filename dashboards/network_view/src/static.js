// A part of the page that only shows: built as plain DOM, since Dash spends about a millisecond on each component it holds.
import { parsed } from "./drawing.js";

const TAGS = new Set("a b br button caption code div em i kbd li p section small span strong table tbody td tfoot th thead tr ul ol dl dt dd h2 h3".split(" "));
const ATTRIBUTES = new Set("class id title role type tabindex scope colspan rowspan href download lang".split(" "));
const allowed = (name, value) =>
  name === "href" ? /^(\/(?![/\\])|#)/.test(value) : ATTRIBUTES.has(name) || /^(aria|data)-[a-z-]+$/.test(name);

function built(node) {
  if (node === null) return [];
  if (typeof node === "string") return [document.createTextNode(node)];
  const [tag, attributes, children] = node;
  if (tag === "svg") { const made = parsed(attributes.svg); const box = document.createElement("span"); box.className = attributes.class || "drawing"; if (made) box.append(made); return [box]; }
  if (!TAGS.has(tag)) return [];
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "style") for (const [property, v] of Object.entries(value)) made.style.setProperty(property.replace(/[A-Z]/g, c => `-${c.toLowerCase()}`), v);
    else if (allowed(name, value)) made.setAttribute(name, value);
  }
  for (const child of children) made.append(...built(child));
  return [made];
}

export function Static({ id, tree }) {
  const { createElement, useLayoutEffect, useRef } = window.React;
  const holder = useRef(null);
  useLayoutEffect(() => { holder.current.replaceChildren(...(tree || []).flatMap(built)); }, [tree]);
  return createElement("div", { id, ref: holder, className: "static" });
}
