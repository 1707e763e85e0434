// The codes with their numbers, rules at hand, and a search where there are more than nine.

const RULES = { Definition: "definition", "Use when": "include_when", "Not when": "exclude_when", Typical: "typical", "Close, but no": "close_but_no" };

class CodeList {
  /** `ontoggle(code)` when a code is clicked or found; `say(words)` for the status line; `onleave()` after a search. */
  constructor(about, { ontoggle, say, onleave, open }) {
    Object.assign(this, { ontoggle, say, onleave });
    this.codes = about.codes;
    this.kind = about.multiple ? { type: "checkbox" } : { type: "radio", name: newId() };
    this.rows = new Map(about.codes.map((code, place) => [code.id, this.row(code, place, open)]));
    this.search = about.codes.length > 9 ? this.searchField() : null;
    this.element = make(
      "fieldset",
      { className: "mq-codes" },
      make("legend", {}, about.multiple ? "Codes" : "One of these"),
      this.search,
      make("ul", {}, ...[...this.rows.values()].map((one) => one.row)),
    );
  }

  row(code, place, open) {
    const box = make("input", { ...this.kind, onchange: () => this.ontoggle(code.id) });
    const digit = place < 9 ? cap(String(place + 1)) : make("kbd", { "aria-hidden": "true", className: "mq-nokey" });
    const words = make("span", {}, make("b", {}, code.name), " ", make("span", { className: "mq-brief" }, code.brief));
    const row = make("li", {}, make("label", {}, box, digit, words), this.rules(code, open));
    row.style.setProperty("--depth", code.depth);
    return { row, box, name: code.name.toLowerCase(), words: `${code.id} ${code.name} ${code.brief}`.toLowerCase() };
  }

  rules(code, open) {
    const parts = Object.entries(RULES).filter(([, field]) => code[field]);
    if (!parts.length) return null;
    const terms = parts.flatMap(([name, field]) => [make("dt", {}, name), make("dd", {}, code[field])]);
    return make("details", { className: "mq-rules", open }, make("summary", { "aria-label": `Rules for ${code.name}` }, "rules"), make("dl", {}, ...terms));
  }

  openRules(open) {
    for (const details of this.element.querySelectorAll(".mq-rules")) details.open = open;
  }

  name(id) {
    return this.codes.find((one) => one.id === id)?.name || id;
  }

  /** Tick these codes, and no others. */
  show(chosen) {
    for (const [id, { row, box }] of this.rows) {
      box.checked = chosen.has(id);
      row.classList.toggle("mq-on", box.checked);
    }
  }

  // ---- search: names that begin with the words come first, then names that hold them, then ids and briefs

  searchField() {
    const onkeydown = (event) => {
      const act = { Enter: () => this.take(), ArrowDown: () => this.choose(1), ArrowUp: () => this.choose(-1) }[event.key];
      if (!act || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      act();
    };
    return make("input", { type: "search", placeholder: "Find a code ( / ), Enter gives it", "aria-label": "Find a code", oninput: () => this.filter(), onkeydown });
  }

  filter() {
    const asked = this.search.value.toLowerCase().trim();
    const words = asked.split(/\s+/).filter(Boolean);
    const rank = ({ name }) => (name.startsWith(asked) ? 0 : name.split(/\s+/).some((part) => part.startsWith(words[0])) ? 1 : name.includes(asked) ? 2 : 3);
    for (const one of this.rows.values()) one.row.hidden = !words.every((word) => one.words.includes(word));
    this.found = words.length ? [...this.rows].filter(([, one]) => !one.row.hidden).sort(([, a], [, b]) => rank(a) - rank(b)).map(([id]) => id) : [];
    this.choose(0, 0);
    if (words.length && !this.found.length) this.say("No code holds these words. n proposes a new one.");
  }

  choose(by, from = this.place) {
    this.place = Math.min(Math.max(from + by, 0), Math.max(this.found.length - 1, 0));
    const best = this.found[this.place];
    for (const [id, { row }] of this.rows) row.classList.toggle("mq-best", id === best);
    if (!best) return this.say("");
    this.rows.get(best).row.scrollIntoView({ block: "nearest" });
    this.say(`${this.found.length} found. Enter: ${this.name(best)}.`);
  }

  take() {
    const best = this.found?.[this.place];
    this.clear();
    this.onleave();
    if (best) this.ontoggle(best);
  }

  clear() {
    if (!this.search?.value) return;
    this.search.value = "";
    this.filter();
  }
}
