// The desk in the browser. It holds one unit at a time, shows text through textContent only, and moves on only when the
// kernel has confirmed that a decision is on the disk. What is not confirmed waits in localStorage and is sent again;
// the kernel knows a decision by its id and never writes it twice.

const ANSWER_MS = 3000;
const RETRY_MS = 5000;
const SILENT =
  "Not saved: the kernel is not answering (busy or stopped). Your decision is kept in this browser. " +
  "If the kernel was restarted, run this cell again: the decision is then saved.";

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

const stamp = () => new Date().toISOString();
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, "0")).join("");
const points = (text, units) => [...text.slice(0, units)].length; // code points, as Python counts

/** Decisions that are not yet on the disk, one for each unit, kept by the browser. */
class Pending {
  constructor(key) {
    this.name = `medtw_qual:${key}`;
  }
  all() {
    try {
      return JSON.parse(localStorage.getItem(this.name) || "[]");
    } catch {
      return [];
    }
  }
  keep(list) {
    try {
      if (list.length) localStorage.setItem(this.name, JSON.stringify(list));
      else localStorage.removeItem(this.name);
    } catch {
      // a browser without storage: the decision is still on the screen and is sent again from there
    }
  }
  add(message) {
    this.keep([...this.all().filter((one) => one.type !== "decide" || one.unit_id !== message.unit_id), message]);
  }
  drop(id) {
    this.keep(this.all().filter((one) => one.id !== id));
  }
}

class Desk {
  constructor(model, root) {
    this.model = model;
    this.root = root;
    this.view = null;
    this.about = null;
    this.waiting = null;
    this.timer = 0;
    this.definitions = false;
    root.className = "mq-desk";
    root.tabIndex = 0;
    root.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab's own keys stay out of the desk
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Coding desk");
    this.onMessage = (message) => this.receive(message);
    model.on("msg:custom", this.onMessage);
    root.addEventListener("keydown", (event) => this.key(event));
    this.bar = make("div", { className: "mq-bar", role: "alert", hidden: true });
    this.status = make("div", { className: "mq-status", role: "status" });
    this.body = make("div", { className: "mq-body" });
    root.append(this.bar, this.body, this.status);
    this.send({ type: "hello" });
  }

  close() {
    this.model.off("msg:custom", this.onMessage);
    clearTimeout(this.timer);
  }

  // ---- to and from the kernel

  send(message) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.silent(), ANSWER_MS);
    try {
      this.model.send(message);
    } catch {
      this.silent(); // the line to the kernel is gone
    }
  }

  silent() {
    this.alarm(SILENT);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.again(), RETRY_MS);
  }

  again() {
    const left = this.pending ? this.pending.all() : [];
    if (left.length) left.forEach((message) => this.send(message));
    else this.send(this.waiting || { type: "hello" });
  }

  receive(message) {
    if (!["view", "saved", "refused"].includes(message.type)) return;
    clearTimeout(this.timer);
    if (message.type === "refused") {
      const shown = this.waiting && this.waiting.id === message.id;
      if (shown && !message.again) this.pending.drop(message.id); // it still stands on the screen, to be corrected
      this.waiting = null;
      this.alarm(message.message);
      if (message.again) this.timer = setTimeout(() => this.again(), RETRY_MS);
      else if (!shown) this.bar.append(" ", make("button", { type: "button", onclick: () => this.discard(message.id) }, "Discard it"));
      return;
    }
    const first = !this.about;
    if (message.desk) {
      this.about = message.desk;
      this.pending = new Pending(message.desk.key);
      this.root.setAttribute("aria-label", `${message.desk.title}, ${message.desk.coder}`);
    }
    const mine = this.waiting && this.waiting.id === message.id;
    if (message.type === "saved" && this.pending) this.pending.drop(message.id);
    this.bar.hidden = true;
    const shown = this.view && this.view.unit ? this.view.unit.id : null;
    const next = message.unit ? message.unit.id : null;
    if (mine || message.type === "view" || shown !== next) {
      this.waiting = null;
      this.show(message, !first);
    }
    if (mine) this.say(`Saved. ${message.done} of ${message.total} done.`);
    if (message.desk) this.pending.all().forEach((one) => this.send(one));
  }

  discard(id) {
    this.pending.drop(id);
    this.bar.hidden = true;
  }

  alarm(text) {
    this.bar.textContent = text;
    this.bar.hidden = false;
    this.root.classList.remove("mq-waiting");
  }

  say(text) {
    this.status.textContent = text;
  }

  // ---- one unit on the screen

  show(view, focus) {
    this.view = view;
    const draft = this.draft() || view.draft || {};
    this.codes = new Set(draft.codes || []);
    this.passages = draft.passages || [];
    this.impossible = Boolean(draft.impossible);
    this.none = Boolean(draft.none);
    this.selected = null;
    this.shownAt = stamp();
    this.root.classList.remove("mq-waiting");
    const former = this.body.contains(document.activeElement) || document.activeElement === this.root;
    this.body.replaceChildren(this.head(), ...(view.unit ? this.unit(view.unit, draft) : this.end()));
    this.refresh();
    if (view.unit && focus && former) this.text.focus({ preventScroll: true });
  }

  /** Choices not yet decided outlive a scroll or a reload of the page, for this unit only. */
  draft() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.pending.name) || "null");
      return kept && this.view.unit && kept.unit_id === this.view.unit.id ? kept : null;
    } catch {
      return null;
    }
  }

  keepDraft() {
    const { codes, passages, impossible, none } = this;
    const draft = { unit_id: this.view.unit.id, codes: [...codes], passages, impossible, none };
    try {
      sessionStorage.setItem(this.pending.name, JSON.stringify({ ...draft, memo: this.memo.value, new_code: this.newCode.value }));
    } catch {
      // without storage a reload begins the unit anew
    }
  }

  head() {
    const { done, total, notice } = this.view;
    return make(
      "header",
      { className: "mq-head" },
      make("strong", {}, this.about.title),
      make("span", { className: "mq-who" }, this.about.coder),
      make("progress", { max: total || 1, value: done, "aria-label": "Units done" }),
      make("span", { className: "mq-count" }, `${done} of ${total}`),
      notice ? make("p", { className: "mq-notice", role: "note" }, notice) : null,
    );
  }

  end() {
    return [make("p", { className: "mq-end" }, "Every unit is done. Thank you."), this.actions(false)];
  }

  unit(unit, draft) {
    this.text = make("div", { className: "mq-text", tabIndex: -1, dir: "auto", role: "region", "aria-label": "Post" });
    this.text.addEventListener("mouseup", () => this.mark());
    const context = unit.context
      ? make("details", { className: "mq-context" }, make("summary", {}, "Answers or quotes (c)"), make("div", { dir: "auto" }, unit.context))
      : null;
    this.marks = make("ul", { className: "mq-marks", "aria-label": "Marked passages" });
    return [context, this.text, this.marks, this.others(), this.codeList(), this.fields(draft), this.actions(true)].filter(Boolean);
  }

  /** At the consensus desk: what each coder had said. */
  others() {
    if (!this.view.coders) return null;
    const rows = this.view.coders.map((one) =>
      make("tr", {}, make("th", { scope: "row" }, one.coder), make("td", {}, one.codes.join(", ") || "none"), make("td", { dir: "auto" }, one.memo)),
    );
    const head = make("tr", {}, ...["Coder", "Codes", "Memo"].map((name) => make("th", { scope: "col" }, name)));
    return make("table", { className: "mq-coders" }, make("caption", {}, "The coders differ"), make("thead", {}, head), make("tbody", {}, ...rows));
  }

  codeList() {
    const many = this.about.codes.length > 9;
    this.search = many
      ? make("input", { type: "search", placeholder: "Find a code ( / )", "aria-label": "Find a code", oninput: () => this.filter() })
      : null;
    this.rows = new Map();
    const list = make("ul", {});
    this.about.codes.forEach((code, place) => {
      const box = make("input", { type: "checkbox", onchange: () => this.toggle(code.id) });
      const digit = make("kbd", { "aria-hidden": "true" }, place < 9 ? String(place + 1) : " ");
      const label = make("label", {}, box, digit, make("span", {}, make("b", {}, code.name), " ", make("span", { className: "mq-brief" }, code.brief)));
      const row = make("li", {}, label, this.rules(code));
      row.style.setProperty("--depth", code.depth);
      this.rows.set(code.id, { row, box, words: `${code.id} ${code.name} ${code.brief}`.toLowerCase() });
      list.append(row);
    });
    return make("fieldset", { className: "mq-codes" }, make("legend", {}, this.about.multiple ? "Codes" : "One of these"), ...[this.search, list].filter(Boolean));
  }

  rules(code) {
    const named = { Definition: "definition", "Use when": "include_when", "Not when": "exclude_when", Typical: "typical", "Close, but no": "close_but_no" };
    const parts = Object.entries(named).filter(([, field]) => code[field]);
    if (!parts.length) return null;
    const terms = parts.flatMap(([name, field]) => [make("dt", {}, name), make("dd", {}, code[field])]);
    return make("details", { className: "mq-rules", open: this.definitions }, make("summary", { "aria-label": `Rules for ${code.name}` }, "rules"), make("dl", {}, ...terms));
  }

  fields(draft) {
    const { labels } = this.about;
    const oninput = () => this.keepDraft();
    this.memo = make("textarea", { rows: 2, dir: "auto", value: draft.memo || "", oninput });
    this.newCode = make("input", { type: "text", dir: "auto", value: draft.new_code || "", oninput });
    this.basis = make("select", {}, ...(this.about.bases || []).map((basis) => make("option", { value: basis }, basis)));
    const field = (label, input) => make("label", { className: "mq-field" }, make("span", {}, label), input);
    return make(
      "div",
      { className: "mq-fields" },
      ...[
        this.about.bases ? field("Basis (b)", this.basis) : null,
        field(labels.memo, this.memo),
        labels.new_code ? field(labels.new_code, this.newCode) : null,
      ].filter(Boolean),
    );
  }

  actions(open) {
    const button = (name, key, act, extra = {}) =>
      make("button", { type: "button", onclick: act, "aria-keyshortcuts": key, ...extra }, name, " ", make("kbd", { "aria-hidden": "true" }, key));
    const { labels } = this.about;
    this.noneButton = open && labels.none ? button(labels.none, "0", () => this.setNone()) : null;
    this.impossibleButton = open && labels.impossible ? button(labels.impossible, "i", () => this.setImpossible()) : null;
    return make(
      "div",
      { className: "mq-actions" },
      ...[
        open ? button("Save", "Enter", () => this.save(), { className: "mq-save" }) : null,
        this.noneButton,
        this.impossibleButton,
        this.view.can_undo ? button("Undo", "u", () => this.undo()) : null,
        open ? button("Later", "s", () => this.later()) : null,
        open ? button("Rules", "?", () => this.toggleRules()) : null,
      ].filter(Boolean),
    );
  }

  refresh() {
    if (!this.view.unit) return;
    for (const [code, { row, box }] of this.rows) {
      box.checked = this.codes.has(code);
      row.classList.toggle("mq-on", box.checked);
    }
    for (const [button, on] of [[this.noneButton, this.none], [this.impossibleButton, this.impossible]]) {
      if (button) button.setAttribute("aria-pressed", String(on));
    }
    this.paint();
    this.keepDraft();
  }

  /** Show the text with its marked passages; text nodes only, whatever the post holds. */
  paint() {
    const letters = [...this.view.unit.text];
    const cuts = [...new Set([0, letters.length, ...this.passages.flatMap((one) => [one.start, one.end])])].sort((a, b) => a - b);
    const pieces = cuts.slice(1).map((end, place) => {
      const start = cuts[place];
      const piece = letters.slice(start, end).join("");
      const inside = this.passages.filter((one) => one.start <= start && end <= one.end);
      return inside.length ? make("mark", { title: inside.map((one) => this.name(one.code)).join(", ") }, piece) : piece;
    });
    this.text.replaceChildren(...pieces);
    const chips = this.passages.map((one) => {
      const words = letters.slice(one.start, one.end).join("");
      const remove = make("button", { type: "button", "aria-label": `Remove the mark ${words}`, onclick: () => this.unmark(one) }, "×");
      return make("li", { dir: "auto" }, `${this.name(one.code)}: “${words}” `, remove);
    });
    this.marks.replaceChildren(...chips);
  }

  name(code) {
    return this.about.codes.find((one) => one.id === code)?.name || code;
  }

  // ---- what the coder does

  toggle(code) {
    if (this.waiting) return this.refresh();
    this.say("");
    this.none = this.impossible = false;
    if (this.selected) {
      this.passages = [...this.passages, { code, ...this.selected }];
      this.codes.add(code);
      this.selected = null;
      getSelection().removeAllRanges();
    } else if (this.codes.has(code)) {
      this.codes.delete(code);
      this.passages = this.passages.filter((one) => one.code !== code);
    } else {
      if (!this.about.multiple) this.codes.clear();
      this.codes.add(code);
    }
    this.refresh();
  }

  mark() {
    const selection = getSelection();
    this.selected = null;
    if (!this.about.labels.passages || !selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    if (!this.text.contains(range.startContainer) || !this.text.contains(range.endContainer)) return;
    const before = document.createRange();
    before.selectNodeContents(this.text);
    before.setEnd(range.startContainer, range.startOffset);
    const from = before.toString().length;
    const { text } = this.view.unit;
    this.selected = { start: points(text, from), end: points(text, from + range.toString().length) };
    this.say("Passage chosen: press the number of its code.");
  }

  unmark(passage) {
    this.passages = this.passages.filter((one) => one !== passage);
    this.refresh();
  }

  setNone() {
    this.say("");
    this.none = !this.none;
    this.impossible = false;
    this.codes.clear();
    this.passages = [];
    this.refresh();
  }

  setImpossible() {
    const impossible = !this.impossible;
    this.setNone();
    this.none = false;
    this.impossible = impossible;
    this.refresh();
  }

  save() {
    if (this.waiting || !this.view.unit) return;
    if (!this.codes.size && !this.none && !this.impossible) {
      this.say(this.about.labels.none ? "Choose a code, or 0 for none of them." : "Choose one.");
      return;
    }
    const message = {
      type: "decide",
      id: newId(),
      unit_id: this.view.unit.id,
      codes: [...this.codes],
      passages: this.passages,
      impossible: this.impossible,
      memo: this.memo.value,
      new_code: this.newCode.value,
      shown_at: this.shownAt,
      decided_at: stamp(),
      ...(this.about.bases ? { basis: this.basis.value } : {}),
    };
    this.commit(message);
  }

  undo() {
    if (!this.waiting && this.view.can_undo) this.commit({ type: "undo", id: newId(), decided_at: stamp() });
  }

  commit(message) {
    this.waiting = message;
    this.root.classList.add("mq-waiting");
    if (message.type === "decide") this.pending.add(message);
    this.send(message);
  }

  later() {
    if (!this.waiting) this.send({ type: "skip", unit_id: this.view.unit.id });
  }

  toggleRules() {
    this.definitions = !this.definitions;
    for (const details of this.body.querySelectorAll(".mq-rules")) details.open = this.definitions;
  }

  filter() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const one of this.rows.values()) one.row.hidden = !words.every((word) => one.words.includes(word));
  }

  firstFound() {
    const found = [...this.rows].find(([, { row }]) => !row.hidden);
    if (found && this.search.value) this.toggle(found[0]);
    this.search.value = "";
    this.filter();
    this.root.focus();
  }

  key(event) {
    event.stopPropagation(); // notebooks outside JupyterLab listen further up
    const { target, key } = event;
    const command = event.ctrlKey || event.metaKey;
    if (!this.view || event.altKey || event.isComposing) return;
    if (key === "Enter" && (command || event.shiftKey) && target !== this.memo) return this.act(event, () => this.save());
    if (key === "Enter" && command) return this.act(event, () => this.save());
    if (command) return;
    const typing = target.matches("textarea, select, input:not([type=checkbox])");
    if (typing) {
      if (key === "Escape") this.act(event, () => this.root.focus());
      if (key === "Enter" && target === this.search) this.act(event, () => this.firstFound());
      else if (key === "Enter" && target === this.newCode) this.act(event, () => this.root.focus());
      return;
    }
    if (key === "Enter" && target.matches("button, summary")) return;
    const place = /^[1-9]$/.test(key) ? Number(key) - 1 : -1;
    if (place >= 0 && this.view.unit && this.about.codes[place]) return this.act(event, () => this.toggle(this.about.codes[place].id));
    const keys = {
      Enter: () => this.save(),
      0: () => this.noneButton?.click(),
      i: () => this.impossibleButton?.click(),
      u: () => this.undo(),
      s: () => this.view.unit && this.later(),
      m: () => this.memo?.focus(),
      b: () => this.basis?.focus(),
      n: () => this.newCode?.focus(),
      c: () => this.body.querySelector(".mq-context summary")?.click(),
      "/": () => this.search?.focus(),
      "?": () => this.toggleRules(),
    };
    if (Object.hasOwn(keys, key)) this.act(event, keys[key]);
  }

  act(event, action) {
    event.preventDefault();
    action();
  }
}

export default {
  render({ model, el }) {
    const root = document.createElement("div");
    el.append(root);
    const desk = new Desk(model, root);
    return () => desk.close();
  },
};
