// The list of what is decided: asked for, a page at a time, the latest first. Units ahead are never in it.

class Overview {
  /** `ask({words, start})` sends for a page; `onopen(unit)`; `onclose()`. */
  constructor({ ask, onopen, onclose }) {
    Object.assign(this, { ask, onopen, onclose, start: 0 });
    this.search = make("input", { type: "search", placeholder: "words, a code, a memo", "aria-label": "Find among the decided units", oninput: () => this.load(0) });
    this.count = make("span", { className: "mq-count", role: "status" });
    this.rows = make("ol", {});
    this.newer = make("button", { type: "button", onclick: () => this.load(this.start - this.size) }, "Newer");
    this.older = make("button", { type: "button", onclick: () => this.load(this.start + this.size) }, "Older");
    this.element = make(
      "section",
      { className: "mq-list", hidden: true, "aria-label": "Decided units" },
      make("div", { className: "mq-list-head" }, make("strong", {}, "Decided"), this.search, this.count, this.newer, this.older, make("button", { type: "button", onclick: onclose }, "Close")),
      this.rows,
    );
  }

  get open() {
    return !this.element.hidden;
  }

  toggle(open) {
    this.element.hidden = !open;
    if (!open) return;
    this.load(0);
    this.search.focus();
  }

  load(start) {
    this.ask({ words: this.search.value, start: Math.max(start, 0) });
  }

  /** Focus the row below or above another one. */
  step(from, by) {
    this.focus(this.buttons().indexOf(from) + by);
  }

  focus(place) {
    const rows = this.buttons();
    rows[Math.min(Math.max(place, 0), rows.length - 1)]?.focus();
  }

  buttons() {
    return [...this.rows.querySelectorAll("button")];
  }

  refresh() {
    if (this.open) this.load(this.start);
  }

  show({ rows, start, n, size }) {
    this.start = start;
    this.size = size;
    const line = (row) =>
      make(
        "button",
        { type: "button", onclick: () => this.onopen(row.id) },
        make("span", { className: "mq-list-text", dir: "auto" }, row.text),
        make("span", { className: "mq-list-codes" }, row.codes),
        row.memo ? make("span", { className: "mq-list-memo", dir: "auto" }, row.memo) : null,
      );
    const focused = this.buttons().indexOf(document.activeElement);
    this.rows.replaceChildren(...rows.map((row) => make("li", {}, line(row))));
    if (focused >= 0) this.focus(focused); // a page that comes late does not take the focus away
    this.count.textContent = n ? `${start + 1}-${start + rows.length} of ${n}` : "nothing found";
    this.newer.disabled = start === 0;
    this.older.disabled = start + rows.length >= n;
  }
}
