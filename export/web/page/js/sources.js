/** Where photos come from: picked, dropped or pasted. */

import { byId } from './dom.js';

/** @param {(file: File) => void} take */
export function listenForPhotos(take) {
  for (const id of ['file', 'own']) {
    byId(id).addEventListener('change', (/** @type {any} */ { target }) => {
      const [file] = target.files;
      // The same file can then be chosen again.
      if (file) take(file);
      target.value = '';
    });
  }
  document.addEventListener('paste', (event) => {
    const [file] = event.clipboardData?.files ?? [];
    if (file) take(file);
  });
  const veil = byId('drop-veil');
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    veil.hidden = !event.dataTransfer?.types.includes('Files');
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) veil.hidden = true;
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    veil.hidden = true;
    const [file] = event.dataTransfer?.files ?? [];
    if (file) take(file);
  });
}
