// The text of a unit and the passages marked in it. Places are counted in code points, half open, as Python slices.

class Passages {
  /** `label` for those who hear it; `marking`: whether passages may be marked; `name(code)`; `onchange()`; `say(words)`. */
  constructor(unit, list, { label, marking, name, onchange, say }) {
    Object.assign(this, { letters: [...unit.text], list, marking, name, onchange, say, chosen: null });
    this.text = make("div", { className: "mq-text", tabIndex: -1, dir: "auto", role: "region", "aria-label": label });
    this.chips = make("ul", { className: "mq-marks", "aria-label": "Marked passages" });
  }

  words({ start, end }) {
    return this.letters.slice(start, end).join("");
  }

  /** Show the text and its marks. */
  paint() {
    const ends = this.list.flatMap((one) => [one.start, one.end]);
    const cuts = [...new Set([0, this.letters.length, ...ends])].sort((a, b) => a - b);
    const pieces = cuts.slice(1).map((end, place) => {
      const piece = this.words({ start: cuts[place], end });
      const inside = this.list.filter((one) => one.start <= cuts[place] && end <= one.end);
      return inside.length ? make("mark", { title: inside.map((one) => this.name(one.code)).join(", ") }, piece) : piece;
    });
    this.text.replaceChildren(...pieces);
    this.chips.hidden = !this.list.length;
    this.chips.replaceChildren(...this.list.map((one) => this.chip(one)));
  }

  chip(one) {
    const remove = () => {
      this.list = this.list.filter((other) => other !== one);
      this.onchange();
    };
    const button = make("button", { type: "button", "aria-label": `Remove the mark ${this.words(one)}`, onclick: remove }, "×");
    return make("li", {}, `${this.name(one.code)}: `, make("q", { dir: "auto" }, this.words(one)), " ", button);
  }

  /** The page's selection changed: what is chosen inside the text waits for its code. */
  selected() {
    const selection = getSelection();
    if (!this.marking || !selection.rangeCount || !this.text.contains(selection.anchorNode)) return;
    const range = selection.getRangeAt(0);
    if (range.collapsed || !this.text.contains(range.endContainer)) {
      if (range.collapsed && this.chosen) this.leave();
      return;
    }
    const before = document.createRange();
    before.selectNodeContents(this.text);
    before.setEnd(range.startContainer, range.startOffset);
    const start = points(before.toString());
    this.chosen = { start, end: start + points(range.toString()) };
    this.say(`Passage chosen: “${this.words(this.chosen)}”. The next code is given to it (Esc: to none).`);
  }

  leave() {
    this.chosen = null;
    this.say("");
  }

  forget() {
    if (!this.chosen) return;
    getSelection().removeAllRanges();
    this.leave();
  }

  /** Give the chosen passage to a code; false where none is chosen. */
  give(code) {
    if (!this.chosen) return false;
    const same = (one) => one.code === code && one.start === this.chosen.start && one.end === this.chosen.end;
    if (!this.list.some(same)) this.list = [...this.list, { code, ...this.chosen }];
    this.chosen = null;
    getSelection().removeAllRanges();
    return true;
  }
}
