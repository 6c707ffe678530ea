/** What the page remembers on the device: settings, and photos with their descriptions. */

const DATABASE = 'jewelcap';
const STORE = 'photos';
const MOST_PHOTOS = 60;
const THUMBNAIL_SIDE = 384;

/**
 * @typedef {object} Settings
 * @property {string} level
 * @property {string} language
 * @property {string} theme
 * @property {string} captioner Its file.
 * @property {boolean} keep Whether photos are remembered.
 */

/** @returns {Settings} What was chosen before; the defaults where the browser keeps nothing. */
export function readSettings() {
  const defaults = { level: '', language: '', theme: 'system', captioner: '', keep: true };
  try {
    return { ...defaults, ...JSON.parse(localStorage.getItem(DATABASE) ?? '{}') };
  } catch {
    return defaults;
  }
}

/** @param {Settings} settings */
export function writeSettings(settings) {
  try {
    localStorage.setItem(DATABASE, JSON.stringify(settings));
  } catch {
    // They hold until the page is closed.
  }
}

/**
 * @typedef {object} Entry
 * @property {number} id
 * @property {Blob} picture
 * @property {import('./answers.js').Answers} answers
 */

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} work
 * @returns {Promise<T>}
 */
async function inStore(mode, work) {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () =>
    opening.result.createObjectStore(STORE, { keyPath: 'id', autoIncrement: true });
  const database = await done(opening);
  try {
    const transaction = database.transaction(STORE, mode);
    const result = await done(work(transaction.objectStore(STORE)));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
      transaction.commit?.();
    });
    return result;
  } finally {
    database.close();
  }
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @returns {Promise<Entry[]>} The latest first; none where the browser keeps nothing. */
export async function readEntries() {
  try {
    return (await inStore('readonly', (store) => store.getAll())).reverse();
  } catch {
    return [];
  }
}

/** @param {Omit<Entry, 'id'>} entry @returns {Promise<void>} */
export async function addEntry(entry) {
  await inStore('readwrite', (store) => store.add(entry));
  for (const old of (await readEntries()).slice(MOST_PHOTOS)) await removeEntry(old.id);
}

/** @param {number} id */
export async function removeEntry(id) {
  await inStore('readwrite', (store) => store.delete(id));
}

/** Forgets all photos. */
export async function clearEntries() {
  await inStore('readwrite', (store) => store.clear());
}

/** @param {Blob} photo @returns {Promise<Blob>} A small JPEG of it. */
export async function thumbnailOf(photo) {
  const bitmap = await createImageBitmap(photo);
  const scale = Math.min(1, THUMBNAIL_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no JPEG'))), 'image/jpeg', 0.85);
  });
}
