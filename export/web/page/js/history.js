/** The list of photos that were looked at before. */

import { byId, element } from './dom.js';
import { fill } from './texts.js';

/** @type {string[]} */
let addresses = [];

/**
 * @param {import('./storage.js').Entry[]} entries
 * @param {(answers: import('./answers.js').Answers) => string} captionOf
 * @param {import('./texts.js').Texts} texts
 * @param {{open: (entry: import('./storage.js').Entry) => void, remove: (id: number) => void}} on
 */
export function showHistory(entries, captionOf, texts, on) {
  addresses.forEach((address) => URL.revokeObjectURL(address));
  addresses = entries.map((entry) => URL.createObjectURL(entry.picture));
  const items = entries.map((entry, index) => {
    const caption = captionOf(entry.answers);
    const picture = element('img', { src: addresses[index], alt: '', loading: 'lazy' });
    const open = element('button', { type: 'button', className: 'open' }, [
      picture,
      element('span', {}, [caption]),
    ]);
    open.setAttribute('aria-label', fill(texts.open_entry, { caption }));
    open.addEventListener('click', () => on.open(entry));
    const remove = element('button', { type: 'button', className: 'delete' }, [texts.remove]);
    remove.setAttribute('aria-label', fill(texts.remove_entry, { caption }));
    remove.addEventListener('click', () => on.remove(entry.id ?? 0));
    return element('li', {}, [open, remove]);
  });
  byId('entries').replaceChildren(...items);
  byId('clear').hidden = entries.length === 0;
  byId('history-empty').textContent = entries.length ? '' : texts.history_empty;
}
