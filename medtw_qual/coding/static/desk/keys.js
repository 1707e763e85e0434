// What each key does at the desk. Keys never reach the notebook.

const KEYS = {
  Enter: (desk) => desk.save(),
  Escape: (desk) => desk.passages?.forget(),
  ArrowLeft: (desk) => desk.view.done && desk.go({ type: "back" }),
  ArrowRight: (desk) => desk.view.again && desk.go({ type: "forward" }),
  0: (desk) => desk.noneButton?.click(),
  i: (desk) => desk.impossibleButton?.click(),
  u: (desk) => desk.undo(),
  s: (desk) => desk.later(),
  l: (desk) => (desk.view.done || desk.overview.open) && desk.toggleList(),
  m: (desk) => desk.memo?.focus(),
  b: (desk) => desk.basis?.focus(),
  n: (desk) => desk.newCode?.focus(),
  c: (desk) => desk.body.querySelector(".mq-context summary")?.click(),
  "/": (desk) => desk.list?.search?.focus(),
  "?": (desk) => desk.toggleRules(),
};

/** The digit of a key of the upper row, also where that row gives digits with Shift only (French, Czech). */
function digitOf({ key, code, shiftKey }) {
  if (/^\d$/.test(key)) return key;
  return !shiftKey && !Object.hasOwn(KEYS, key) ? /^Digit(\d)$/.exec(code)?.[1] : undefined;
}

function onKey(desk, event) {
  event.stopPropagation(); // notebooks outside JupyterLab listen further up
  const { target, key } = event;
  const command = event.ctrlKey || event.metaKey;
  if (!desk.view || event.altKey || event.isComposing || event.defaultPrevented) return;
  const act = (action) => {
    event.preventDefault();
    action(desk);
  };
  if (key === "Enter" && (command || (event.shiftKey && target !== desk.memo))) return act(KEYS.Enter);
  if (command) return;
  if (target.matches("textarea, select, input:not([type=checkbox], [type=radio])")) return inField(desk, target, key, act);
  if (key === "Enter" && target.matches("button, summary")) return;
  if (desk.overview.element.contains(target)) return inList(desk, event, act);
  const digit = digitOf(event);
  if (digit > 0) {
    const code = desk.view.unit && desk.about.codes[digit - 1];
    return code && act(() => desk.toggle(code.id));
  }
  const action = KEYS[digit ?? key];
  if (action) act(action);
}

/** In the list of what is decided, arrows go from row to row. */
function inList(desk, { target, key }, act) {
  if (key === "Escape" || key === "l") return act(() => desk.toggleList());
  const by = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (by) act(() => desk.overview.step(target, by));
}

/** In a field letters are letters; Escape, and Enter in a line of its own, lead back to the desk. */
function inField(desk, field, key, act) {
  if (key === "ArrowDown" && field === desk.overview.search) return act(() => desk.overview.step(null, 1));
  if (key !== "Escape" && !(key === "Enter" && field === desk.newCode)) return;
  act(() => {
    desk.list?.clear();
    if (field === desk.overview.search) desk.toggleList();
    else desk.root.focus();
  });
}

export default {
  render({ model, el }) {
    const root = document.createElement("div");
    el.append(root);
    const desk = new Desk(model, root);
    return () => desk.close();
  },
};
