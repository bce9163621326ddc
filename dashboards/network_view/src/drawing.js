// SVG text as part of the page. Parsed as XML and rebuilt from lists of what a drawing may hold, so that text in it stays text.
const NS = "http://www.w3.org/2000/svg";
const ELEMENTS = new Set(
  "svg g a path rect circle ellipse line polyline polygon text tspan title desc defs pattern clipPath linearGradient stop".split(" "),
);
const ATTRIBUTES = new Set(
  ("id class role focusable x y x1 y1 x2 y2 cx cy r rx ry d points width height viewBox transform fill fill-opacity fill-rule stroke " +
    "stroke-width stroke-dasharray stroke-linecap stroke-linejoin stroke-opacity opacity text-anchor dominant-baseline font-size " +
    "font-weight font-family font-style letter-spacing paint-order offset stop-color stop-opacity patternUnits patternTransform " +
    "clip-path tabindex preserveAspectRatio dx dy style").split(" "),
);

const allowed = name => ATTRIBUTES.has(name) || /^(aria|data)-[a-z-]+$/.test(name);
const ownPage = value => /^\/(?![\/\\])/.test(value); // links lead to pages of this dashboard only
const harmless = value => !/url\(\s*['"]?\s*(?!#)|expression|javascript:|@import/i.test(value);

export function rebuilt(node) {
  if (node.nodeType === Node.TEXT_NODE) return document.createTextNode(node.nodeValue);
  if (node.nodeType !== Node.ELEMENT_NODE || !ELEMENTS.has(node.localName)) return null;
  const made = document.createElementNS(NS, node.localName);
  for (const { name, value } of node.attributes) if ((allowed(name) && harmless(value)) || (name === "href" && ownPage(value))) made.setAttribute(name, value);
  for (const child of node.childNodes) {
    const kept = rebuilt(child);
    if (kept) made.appendChild(kept);
  }
  return made;
}

export function parsed(text) {
  const whole = text.includes("xmlns=") ? text : text.replace("<svg", `<svg xmlns="${NS}"`);
  const root = new DOMParser().parseFromString(whole, "image/svg+xml").documentElement;
  return root.localName === "svg" ? rebuilt(root) : null;
}

export function Drawing({ id, svg, className }) {
  const { createElement, useLayoutEffect, useRef } = window.React;
  const holder = useRef(null);
  useLayoutEffect(() => {
    const made = parsed(svg || "");
    holder.current.replaceChildren(...(made ? [made] : []));
  }, [svg]);
  return createElement("span", { id, ref: holder, className: `drawing ${className || ""}`.trim() });
}
