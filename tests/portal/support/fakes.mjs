// What the page has of a browser, in memory, for tests without one.
const later = (work) => queueMicrotask(work);

// IndexedDB as far as key_store.ts goes. `refuse`: 'open', or the name of a call, which then aborts its transaction.
export class FakeIndexedDb {
  constructor() {
    this.rows = undefined; // until it is made
    this.refuse = '';
    this.opened = 0; // connections that nobody has closed
  }
  open(name, version) {
    const request = {};
    later(() => {
      if (this.refuse === 'open' || name !== 'inkan-portal' || version !== 1) {
        request.error = new DOMException('refused', 'UnknownError');
        request.onerror();
        return;
      }
      this.opened += 1;
      request.result = { transaction: (store, mode) => this.transaction(mode), createObjectStore: (_, { keyPath }) => this.make(keyPath), close: () => { this.opened -= 1; } };
      if (!this.rows) request.onupgradeneeded();
      request.onsuccess();
    });
    return request;
  }
  make(keyPath) {
    this.rows = new Map();
    this.keyPath = keyPath;
  }
  transaction(mode) {
    const transaction = { objectStore: () => keys }, { rows, keyPath } = this;
    const request = (name, writes, work) => (value) => {
      if (writes && mode !== 'readwrite') throw new DOMException('read only', 'ReadOnlyError');
      const made = {}, refused = name === this.refuse || (name === 'add' && rows.has(value[keyPath]));
      if (!refused) made.result = work(value);
      later(() => {
        if (refused) transaction.error = new DOMException('refused', 'QuotaExceededError');
        (refused ? transaction.onabort : transaction.oncomplete)();
      });
      return made;
    };
    const keys = {
      add: request('add', true, (row) => { rows.set(row[keyPath], { ...row }); }), delete: request('delete', true, (key) => { rows.delete(key); }),
      get: request('get', false, (key) => rows.get(key)), getAll: request('getAll', false, () => [...rows.values()]),
    };
    return transaction;
  }
  put(row) {
    if (!this.rows) this.make('enrolment');
    this.rows.set(row.enrolment, row);
  }
  kept() {
    return [...(this.rows?.keys() ?? [])].sort();
  }
}

// Time that passes by waiting alone: `waits` has the seconds.
export class FakeClock {
  constructor() {
    this.real = { now: Date.now, setTimeout: globalThis.setTimeout };
    this.now = Date.parse('2026-11-28T00:00:00Z');
    this.waits = [];
    Date.now = () => this.now;
    globalThis.setTimeout = (work, milliseconds) => {
      this.waits.push(milliseconds / 1000);
      this.now += milliseconds;
      return setImmediate(work);
    };
  }
  remove() {
    Date.now = this.real.now;
    globalThis.setTimeout = this.real.setTimeout;
  }
}

export class FakeStorage {
  constructor() {
    this.kept = new Map();
  }
  getItem(name) {
    return this.kept.get(name) ?? null;
  }
  setItem(name, value) {
    this.kept.set(name, value);
  }
}
