// Small helpers of the desk. A text reaches the page as a text node only, whatever the post holds.

/** An element with attributes (on... is a listener) and children; children that are null are left out. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** A button that says which key does the same. */
function keyButton(name, key, onclick, extra = {}) {
  return make("button", { type: "button", onclick, "aria-keyshortcuts": key, ...extra }, name, " ", cap(key));
}

const CAPS = { ArrowLeft: "←", ArrowRight: "→" };
const cap = (key) => make("kbd", { "aria-hidden": "true" }, CAPS[key] || key);
const stamp = () => new Date().toISOString();
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, "0")).join("");
const points = (text) => [...text].length; // code points, as Python counts
