// Elements. The only place where elements are made; text is always text.
const SVG = "http://www.w3.org/2000/svg";

/** The element with this id. */
const at = (id) => document.getElementById(id);

function fill(node, traits, children) {
  for (const [name, value] of Object.entries(traits || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

/** An HTML element: el("p", {class: "x"}, "text", otherElement). */
const el = (name, traits, ...children) => fill(document.createElement(name), traits, children);

/** An SVG element. */
const svg = (name, traits, ...children) => fill(document.createElementNS(SVG, name), traits, children);

/** Text of the log: kept to itself, so that its direction turns nothing else around. */
const log = (text, traits) => el("bdi", { class: "log", ...traits }, text);

/** A number with its thousands apart. */
const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

/** `1 line`, `2 lines`. */
const of = (number, noun) => `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;

/** Says something to a screen reader. */
function say(text) {
  at("live").textContent = text;
}
