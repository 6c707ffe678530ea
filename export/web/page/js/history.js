/** The list of photos that were looked at before. */

import { byId, element } from './dom.js';
import { Problem } from './problem.js';
import * as storage from './storage.js';
import { fill } from './texts.js';

/** @typedef {import('./answers.js').Answers} Answers */
/** @typedef {storage.Entry} Entry */
/**
 * @typedef {object} Page What the list needs of it.
 * @property {() => import('./texts.js').Texts} texts
 * @property {(answers: Answers) => string} caption
 * @property {(entry: Entry) => void} open
 * @property {(error: unknown) => void} complain
 * @property {(key: string) => void} say
 */

/** @typedef {{node: HTMLLIElement, address: string, label: (caption: string) => void}} Shown */

export class History {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    /** @type {Map<number, Shown>} What is shown already, by the entry's id. */
    this.shown = new Map();
  }

  /** @param {Blob} photo @param {Answers} answers */
  async keep(photo, answers) {
    try {
      await storage.addEntry({ picture: await storage.thumbnailOf(photo), answers });
    } catch {
      this.page.complain(new Problem('history_full'));
    }
    await this.show();
  }

  /** @param {number} [id] One of them; all if it is left out. */
  async forget(id) {
    await (id === undefined ? storage.clearEntries() : storage.removeEntry(id));
    await this.show();
    this.page.say('removed');
    byId('history-title').focus();
  }

  /** Shows the list in the level and language chosen. */
  async show() {
    const entries = await storage.readEntries();
    const ids = new Set(entries.map(({ id }) => id));
    for (const [id, { node, address }] of this.shown) {
      if (ids.has(id)) continue;
      node.remove();
      URL.revokeObjectURL(address);
      this.shown.delete(id);
    }
    const list = byId('entries');
    entries.forEach((entry, index) => {
      // Pictures that stay are not decoded again.
      const shown = this.shown.get(entry.id) ?? this.item(entry);
      this.shown.set(entry.id, shown);
      shown.label(this.page.caption(entry.answers));
      if (list.children[index] !== shown.node) list.insertBefore(shown.node, list.children[index]);
    });
    byId('clear').hidden = entries.length === 0;
    byId('history-empty').textContent = entries.length ? '' : this.page.texts().history_empty;
  }

  /** @param {Entry} entry @returns {Shown} */
  item(entry) {
    const address = URL.createObjectURL(entry.picture);
    const picture = element('img', { src: address, alt: '', loading: 'lazy' });
    const text = element('span');
    const open = element('button', { type: 'button', className: 'open' }, [picture, text]);
    open.addEventListener('click', () => this.page.open(entry));
    const remove = element('button', { type: 'button', className: 'delete' });
    remove.addEventListener('click', () => this.forget(entry.id));
    const label = (/** @type {string} */ caption) => {
      const texts = this.page.texts();
      text.textContent = caption;
      open.setAttribute('aria-label', fill(texts.open_entry, { caption }));
      remove.textContent = texts.remove;
      remove.setAttribute('aria-label', fill(texts.remove_entry, { caption }));
    };
    return { node: element('li', {}, [open, remove]), address, label };
  }
}
