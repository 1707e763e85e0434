// What the browser remembers. Its store may be switched off: then the decision is still on the screen, and is sent again
// from there, and a reload begins the unit anew.

function remembered(store, name, otherwise) {
  try {
    return JSON.parse(store.getItem(name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function remember(store, name, value) {
  try {
    if (Object.keys(value).length) store.setItem(name, JSON.stringify(value));
    else store.removeItem(name);
  } catch {
    // no store, or a full one
  }
}

/** Decisions that are not yet on the disk, one for each unit; they outlive the page and the browser. */
class Pending {
  constructor(key) {
    this.name = `medtw_qual:${key}`;
  }
  all() {
    const kept = remembered(localStorage, this.name, []);
    return Array.isArray(kept) ? kept : [];
  }
  add(message) {
    remember(localStorage, this.name, [...this.all().filter((one) => one.unit_id !== message.unit_id), message]);
  }
  drop(id) {
    remember(localStorage, this.name, this.all().filter((one) => one.id !== id));
  }
}

/** Choices that are not yet decided, for each unit; they outlive a scroll, a look back and a reload of the page. */
class Drafts {
  constructor(key) {
    this.name = `medtw_qual:${key}`;
  }
  of(unit) {
    return remembered(sessionStorage, this.name, {})[unit];
  }
  keep(unit, draft) {
    remember(sessionStorage, this.name, { ...remembered(sessionStorage, this.name, {}), [unit]: draft });
  }
  drop(unit) {
    const { [unit]: _, ...others } = remembered(sessionStorage, this.name, {});
    remember(sessionStorage, this.name, others);
  }
}
