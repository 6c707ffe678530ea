/** Where photos come from: picked, dropped or pasted. */

import { byId } from './dom.js';

/** @param {(file: File) => void} take */
export function listenForPhotos(take) {
  for (const id of ['file', 'own']) {
    const input = byId(id);
    const takeChosen = () => {
      const [file] = input.files;
      if (file) take(file);
      // The same file can then be chosen again.
      input.value = '';
    };
    input.addEventListener('change', takeChosen);
    // A visitor may have been faster than this script.
    takeChosen();
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
