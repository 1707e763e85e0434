// The desk: one unit at a time, and on only when the kernel has confirmed that the decision is on the disk.

class Desk {
  constructor(model, root) {
    Object.assign(this, { root, view: null, about: null, waiting: null, wanted: true, rulesOpen: false });
    root.className = "mq-desk";
    root.tabIndex = 0;
    root.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab's own keys stay out of the desk
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Coding desk");
    root.addEventListener("keydown", (event) => onKey(this, event));
    this.onselect = () => this.passages?.selected();
    document.addEventListener("selectionchange", this.onselect);
    this.bar = make("div", { className: "mq-bar", role: "alert", hidden: true });
    this.head = make("header", { className: "mq-head" });
    this.body = make("div", { className: "mq-body" });
    this.status = make("div", { className: "mq-status", role: "status" });
    this.overview = new Overview({
      ask: (page) => this.line.send({ type: "list", ...page }),
      onopen: (unit) => this.go({ type: "open", unit_id: unit }),
      onclose: () => this.toggleList(),
    });
    root.append(this.bar, this.head, this.body, this.status, this.overview.element);
    this.line = new Line(model, {
      onanswer: (message) => this.receive(message),
      onsilence: (words) => this.alarm(words),
      unanswered: () => this.unanswered(),
    });
    this.line.send({ type: "hello" });
  }

  close() {
    this.line.close();
    document.removeEventListener("selectionchange", this.onselect);
  }

  // ---- what the kernel says

  unanswered() {
    const kept = this.pending ? this.pending.all() : [];
    return this.waiting && !kept.some((one) => one.id === this.waiting.id) ? [...kept, this.waiting] : kept;
  }

  receive(message) {
    if (message.type === "list") return this.overview.show(message);
    if (message.type === "refused") return this.refused(message);
    const first = !this.about;
    if (message.desk) this.introduce(message.desk);
    const mine = this.awaits(message);
    if (message.type === "saved") this.settled(message.id);
    this.bar.hidden = true;
    if (mine || this.wanted || this.view?.unit?.id !== message.unit?.id) {
      this.waiting = null;
      this.wanted = false;
      this.show(message, !first);
    } else this.heading(message);
    if (mine) this.say(`Saved. ${message.done} of ${message.total} done.`);
    if (message.type === "saved") this.overview.refresh();
    if (message.desk) this.pending.all().forEach((one) => this.line.send(one));
  }

  awaits(message) {
    return Boolean(this.waiting) && this.waiting.id === message.id;
  }

  settled(id) {
    const sent = this.pending.all().find((one) => one.id === id);
    if (sent) this.drafts.drop(sent.unit_id);
    this.pending.drop(id);
  }

  refused(message) {
    const shown = this.awaits(message);
    if (shown && !message.again) this.pending.drop(message.id); // it still stands on the screen, to be corrected
    this.waiting = null;
    this.wanted = false;
    this.alarm(message.message);
    if (message.again) this.line.retry();
    else if (!shown && message.id) this.bar.append(" ", make("button", { type: "button", onclick: () => this.discard(message.id) }, "Discard it"));
  }

  introduce(about) {
    this.about = about;
    this.pending = new Pending(about.key);
    this.drafts = new Drafts(about.key);
    this.root.setAttribute("aria-label", `${about.title}, ${about.coder}`);
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
    const draft = (view.unit && this.drafts.of(view.unit.id)) || view.draft || {};
    this.codes = new Set(draft.codes || []);
    this.impossible = Boolean(draft.impossible);
    this.none = Boolean(draft.none);
    this.shownAt = stamp();
    this.say("");
    this.root.classList.remove("mq-waiting");
    const inside = this.root.contains(document.activeElement) && !this.overview.element.contains(document.activeElement);
    this.heading(view);
    this.body.replaceChildren(...(view.unit ? this.unit(view.unit, draft) : this.end()));
    if (!view.unit) return void (inside && this.root.focus());
    this.refresh();
    if (focus && inside) this.passages.text.focus({ preventScroll: true });
  }

  heading({ done, total, notice, again }) {
    const looking = again ? make("p", { className: "mq-notice mq-again", role: "note" }, "You decided this one before. Enter saves it anew; → goes on.") : null;
    const rows = [
      make("strong", {}, this.about.title),
      make("span", { className: "mq-who" }, this.about.coder),
      make("progress", { max: total || 1, value: done, "aria-label": "Units done" }),
      make("span", { className: "mq-count" }, `${done} of ${total}`),
      notice ? make("p", { className: "mq-notice", role: "note" }, notice) : null,
      looking,
    ];
    this.head.replaceChildren(...rows.filter(Boolean));
  }

  end() {
    this.passages = this.list = null;
    return [make("p", { className: "mq-end" }, "Every unit is done. Thank you. You may still look back and decide anew."), this.actions(false)];
  }

  unit(unit, draft) {
    const say = (words) => this.say(words);
    const onchange = () => this.changed();
    this.list = new CodeList(this.about, { ontoggle: (code) => this.toggle(code), say, onleave: () => this.root.focus(), open: this.rulesOpen });
    this.passages = new Passages(unit, draft.passages || [], {
      label: this.view.again ? "Post, decided before" : "Post",
      marking: this.about.labels.passages,
      name: (code) => this.list.name(code),
      onchange,
      say,
    });
    const context = unit.context
      ? make("details", { className: "mq-context" }, make("summary", {}, "Answers or quotes (c)"), make("div", { dir: "auto" }, unit.context))
      : null;
    const hint = make("span", { className: "mq-hint", "aria-hidden": "true" }, "Click here to code by keys");
    const post = make("div", { className: "mq-post" }, context, this.passages.text, hint);
    return [post, this.passages.chips, this.sides(), this.list.element, this.fields(draft), this.actions(true)].filter(Boolean);
  }

  /** At the consensus desk: what each coder had said. */
  sides() {
    if (!this.view.coders) return null;
    const rows = this.view.coders.map((one) =>
      make("tr", {}, make("th", { scope: "row" }, one.coder), make("td", {}, one.codes.join(", ") || "none of these"), make("td", { dir: "auto" }, one.memo)),
    );
    const head = make("tr", {}, ...["Coder", "Codes", "Memo"].map((name) => make("th", { scope: "col" }, name)));
    return make("table", { className: "mq-coders" }, make("caption", {}, "The coders differ"), make("thead", {}, head), make("tbody", {}, ...rows));
  }

  fields(draft) {
    const { labels, bases } = this.about;
    const oninput = () => this.keepDraft();
    this.memo = make("textarea", { rows: 2, dir: "auto", value: draft.memo || "", oninput });
    this.newCode = labels.new_code ? make("input", { type: "text", dir: "auto", value: draft.new_code || "", oninput }) : null;
    this.basis = bases ? make("select", { onchange: oninput }, ...bases.map((basis) => make("option", { value: basis }, basis))) : null;
    if (bases && draft.basis) this.basis.value = draft.basis;
    const field = (label, input) => (input ? make("label", { className: "mq-field" }, make("span", {}, label), input) : null);
    return make("div", { className: "mq-fields" }, field("Basis (b)", this.basis), field(labels.memo, this.memo), field(labels.new_code, this.newCode));
  }

  actions(open) {
    const { labels } = this.about;
    const { again, can_undo, done } = this.view;
    this.noneButton = open && labels.none ? keyButton(labels.none, "0", () => this.setNone()) : null;
    this.impossibleButton = open && labels.impossible ? keyButton(labels.impossible, "i", () => this.setImpossible()) : null;
    const decide = [open ? keyButton("Save", "Enter", () => this.save(), { className: "mq-save" }) : null, this.noneButton, this.impossibleButton];
    const move = [
      can_undo ? keyButton(again ? "Take back" : "Undo", "u", () => this.undo()) : null,
      done ? keyButton("Back", "ArrowLeft", () => this.go({ type: "back" })) : null,
      again ? keyButton("On", "ArrowRight", () => this.go({ type: "forward" })) : null,
      open && !again ? keyButton("Later", "s", () => this.later()) : null,
      done ? keyButton("Decided", "l", () => this.toggleList()) : null,
      open ? keyButton("Rules", "?", () => this.toggleRules()) : null,
    ];
    return make("div", { className: "mq-actions" }, ...decide, make("span", { className: "mq-gap" }), ...move);
  }

  refresh() {
    this.list.show(this.codes);
    for (const [button, on] of [[this.noneButton, this.none], [this.impossibleButton, this.impossible]]) {
      button?.setAttribute("aria-pressed", String(on));
    }
    this.passages.paint();
  }

  changed() {
    this.refresh();
    this.keepDraft();
  }

  /** What the fields hold, as a decision and a draft have it. */
  choices() {
    const { codes, passages, impossible, none, memo, newCode, basis } = this;
    const held = { codes: [...codes], passages: passages.list, impossible, none, memo: memo.value, new_code: newCode?.value || "" };
    return basis ? { ...held, basis: basis.value } : held;
  }

  keepDraft() {
    this.drafts.keep(this.view.unit.id, this.choices());
  }

  // ---- what the coder does

  toggle(code) {
    if (this.waiting) return this.refresh();
    this.say("");
    this.none = this.impossible = false;
    if (this.codes.has(code) && !this.passages.chosen) {
      this.codes.delete(code);
      this.passages.list = this.passages.list.filter((one) => one.code !== code);
    } else {
      this.passages.give(code);
      if (!this.about.multiple) {
        this.codes.clear();
        this.passages.list = this.passages.list.filter((one) => one.code === code);
      }
      this.codes.add(code);
    }
    this.changed();
  }

  setNone(none = !this.none, impossible = false) {
    if (this.waiting) return;
    this.say("");
    Object.assign(this, { none, impossible });
    this.codes.clear();
    this.passages.list = [];
    this.changed();
  }

  setImpossible() {
    this.setNone(false, !this.impossible);
  }

  save() {
    if (this.waiting || !this.view.unit) return;
    if (!this.codes.size && !this.none && !this.impossible) {
      this.say(this.about.labels.none ? "Choose a code, or 0 for none of them." : "Choose one.");
      return;
    }
    const { none, ...choices } = this.choices();
    this.commit({ type: "decide", id: newId(), unit_id: this.view.unit.id, ...choices, shown_at: this.shownAt, decided_at: stamp() });
  }

  undo() {
    if (!this.waiting && this.view.can_undo) this.commit({ type: "undo", id: newId(), decided_at: stamp() });
  }

  commit(message) {
    this.waiting = message;
    this.root.classList.add("mq-waiting");
    if (message.type === "decide") this.pending.add(message);
    this.line.send(message);
  }

  /** To another unit; what is chosen on this one waits as a draft. */
  go(message) {
    if (this.waiting) return;
    this.wanted = true;
    this.line.send(message);
    if (message.type === "open") this.root.focus();
  }

  later() {
    if (this.view.unit && !this.view.again) this.go({ type: "skip" });
  }

  toggleList() {
    this.overview.toggle(!this.overview.open);
    if (!this.overview.open) this.root.focus();
  }

  toggleRules() {
    this.rulesOpen = !this.rulesOpen;
    this.list?.openRules(this.rulesOpen);
  }
}
