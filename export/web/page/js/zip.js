/** Reads members of a ZIP archive, which may have other data before it; no size is trusted. */

import { Problem } from './problem.js';

const END_OF_DIRECTORY = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const END_BYTES = 22;
const MAX_MEMBER_BYTES = 4_000_000;

/**
 * @param {Uint8Array} bytes
 * @param {string[]} names Members to read; all must be there.
 * @returns {Promise<{members: Record<string, Uint8Array>, start: number}>} Their contents, and
 *   where the archive begins.
 */
export async function readArchive(bytes, names) {
  try {
    return await read(bytes, names);
  } catch (error) {
    // Offsets of a damaged file lead anywhere.
    throw error instanceof Problem ? error : new Problem('captioner_damaged');
  }
}

/** @param {Uint8Array} bytes @param {string[]} names */
async function read(bytes, names) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - END_BYTES;
  const lowest = Math.max(0, end - 0xffff);
  while (end >= lowest && view.getUint32(end, true) !== END_OF_DIRECTORY) end -= 1;
  if (end < lowest) throw new Problem('captioner_damaged');
  const directory = end - view.getUint32(end + 12, true);
  // Offsets count from where the archive was begun, which may not be where the file begins.
  const shift = directory - view.getUint32(end + 16, true);
  /** @type {Record<string, Uint8Array>} */
  const members = {};
  let start = bytes.length;
  let at = directory;
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    if (view.getUint32(at, true) !== ENTRY) throw new Problem('captioner_damaged');
    const nameBytes = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes));
    const local = view.getUint32(at + 42, true) + shift;
    start = Math.min(start, local);
    if (names.includes(name)) members[name] = await readMember(bytes, view, at, local);
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  if (names.some((name) => !(name in members))) throw new Problem('captioner_damaged');
  return { members, start };
}

/** @param {Uint8Array} bytes @param {DataView} view @param {number} entry @param {number} local */
async function readMember(bytes, view, entry, local) {
  const method = view.getUint16(entry + 10, true);
  const packed = view.getUint32(entry + 20, true);
  if (view.getUint32(local, true) !== LOCAL_HEADER) throw new Problem('captioner_damaged');
  const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const data = bytes.subarray(from, from + packed);
  if (data.length !== packed || (method !== 0 && method !== 8)) {
    throw new Problem('captioner_damaged');
  }
  const content = method === 0 ? data : await inflate(data);
  if (crc32(content) !== view.getUint32(entry + 16, true)) throw new Problem('captioner_damaged');
  return content;
}

/** @param {Uint8Array} data @returns {Promise<Uint8Array>} */
async function inflate(data) {
  const stream = new Blob([/** @type {BlobPart} */ (data)]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const reader = stream.getReader();
  /** @type {BlobPart[]} */
  const parts = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > MAX_MEMBER_BYTES) {
      await reader.cancel();
      throw new Problem('captioner_damaged');
    }
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** @param {Uint8Array} data @returns {number} */
function crc32(data) {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
