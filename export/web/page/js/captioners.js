/** Captioner files of the site: fetching them, with progress, and what the menu says of them. */

import { Problem } from './problem.js';
import { sha256 } from './sha256.js';
import { fill } from './texts.js';

/**
 * @typedef {object} Listed As `SiteCaptioner` of site.py has it.
 * @property {string} file
 * @property {string} name
 * @property {string} variant
 * @property {number} size_bytes
 * @property {string} sha256
 * @property {{level: string, n: number, ccr: number}[]} accuracy
 */

/**
 * @param {Listed} listed
 * @param {(share: number) => void} onProgress Called with the share that is there, in [0, 1].
 * @returns {Promise<ArrayBuffer>}
 */
export async function fetchCaptioner(listed, onProgress) {
  const bytes = new Uint8Array(listed.size_bytes);
  let size = 0;
  onProgress(0);
  try {
    const response = await fetch(listed.file, { cache: 'no-cache' });
    if (!response.ok || response.body === null) throw new Problem('captioner_missing');
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (size + part.value.length > bytes.length) throw new Problem('captioner_damaged');
      bytes.set(part.value, size);
      size += part.value.length;
      onProgress(size / bytes.length);
    }
  } catch (error) {
    throw error instanceof Problem ? error : new Problem('captioner_missing');
  }
  if (size !== bytes.length || (await sha256(bytes)) !== listed.sha256) {
    throw new Problem('captioner_damaged');
  }
  return bytes.buffer;
}

/**
 * @param {Listed} listed
 * @param {import('./texts.js').Texts} texts
 * @returns {string} Size, variant, and accuracy at the most detailed level that was measured.
 */
export function factsOf(listed, texts) {
  const best = listed.accuracy.at(-1);
  const accuracy = best
    ? fill(texts.captioner_accuracy, {
        percent: (best.ccr * 100).toFixed(1),
        level: texts.levels[best.level] ?? best.level,
        n: best.n,
      })
    : '';
  const size = (listed.size_bytes / 1e6).toFixed(1);
  return fill(texts.captioner_facts, { size, variant: listed.variant, accuracy });
}
