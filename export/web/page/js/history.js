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

export class History {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    /** @type {string[]} Of the pictures shown. */
    this.addresses = [];
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
    this.addresses.forEach((address) => URL.revokeObjectURL(address));
    this.addresses = entries.map((entry) => URL.createObjectURL(entry.picture));
    const items = entries.map((entry, index) => this.item(entry, this.addresses[index]));
    byId('entries').replaceChildren(...items);
    byId('clear').hidden = entries.length === 0;
    byId('history-empty').textContent = entries.length ? '' : this.page.texts().history_empty;
  }

  /** @param {Entry} entry @param {string} address @returns {HTMLLIElement} */
  item(entry, address) {
    const texts = this.page.texts();
    const caption = this.page.caption(entry.answers);
    const picture = element('img', { src: address, alt: '', loading: 'lazy' });
    const open = element('button', { type: 'button', className: 'open' }, [
      picture,
      element('span', {}, [caption]),
    ]);
    open.setAttribute('aria-label', fill(texts.open_entry, { caption }));
    open.addEventListener('click', () => this.page.open(entry));
    const remove = element('button', { type: 'button', className: 'delete' }, [texts.remove]);
    remove.setAttribute('aria-label', fill(texts.remove_entry, { caption }));
    remove.addEventListener('click', () => this.forget(entry.id));
    return element('li', {}, [open, remove]);
  }
}
