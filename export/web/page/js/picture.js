/** Files and camera frames to rows of pixels; what is too large is refused before it is decoded. */

import { Problem } from './problem.js';

/** @typedef {import('./resample.js').Rows} Rows */
/** @typedef {{type: string, width: number, height: number}} Header */

/** Width times height that a tab can hold decoded: 4 bytes each. */
export const MAX_PIXELS = 64_000_000;

/** Bytes in which the size of any picture is found, but for JPEGs with much before it. */
const HEAD_BYTES = 1 << 20;

/**
 * Reads type and size of a picture by its first bytes, whatever its name.
 * @param {Uint8Array} head
 * @returns {Header | null} Null if it is no picture that browsers decode.
 */
export function readHeader(head) {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const text = (at, length) => String.fromCharCode(...head.subarray(at, at + length));
  try {
    if (view.getUint32(0) === 0x89504e47) return sized('png', view.getUint32(16), view.getUint32(20));
    if (text(0, 3) === 'GIF') {
      return sized('gif', view.getUint16(6, true), view.getUint16(8, true));
    }
    if (text(0, 2) === 'BM') {
      return sized('bmp', view.getInt32(18, true), Math.abs(view.getInt32(22, true)));
    }
    if (text(0, 4) === 'RIFF' && text(8, 4) === 'WEBP') return webpHeader(view, text(12, 4));
    if (view.getUint16(0) === 0xffd8) return jpegHeader(view);
    if (text(4, 4) === 'ftyp') return isobmffHeader(view, head);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return null;
}

/** @param {string} type @param {number} width @param {number} height @returns {Header | null} */
function sized(type, width, height) {
  return width > 0 && height > 0 ? { type, width, height } : null;
}

/** @param {DataView} view @param {string} chunk @returns {Header | null} */
function webpHeader(view, chunk) {
  const uint24 = (at) => view.getUint16(at, true) + view.getUint8(at + 2) * 65536;
  if (chunk === 'VP8X') return sized('webp', uint24(24) + 1, uint24(27) + 1);
  if (chunk === 'VP8L') {
    const bits = view.getUint32(21, true);
    return sized('webp', (bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
  }
  return sized('webp', view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
}

/** @param {DataView} view @returns {Header | null} */
function jpegHeader(view) {
  let at = 2;
  while (view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    // A frame header, but not a table of Huffman codes or arithmetic conditioning.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return sized('jpeg', view.getUint16(at + 7), view.getUint16(at + 5));
    }
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** AVIF and HEIC. @param {DataView} view @param {Uint8Array} head @returns {Header | null} */
function isobmffHeader(view, head) {
  let found = null;
  for (let at = 0; at < Math.min(head.length - 20, 65536); at += 1) {
    if (view.getUint32(at) === 0x69737065) {
      const one = sized('heif', view.getUint32(at + 8), view.getUint32(at + 12));
      if (one && (!found || one.width * one.height > found.width * found.height)) found = one;
    }
  }
  return found;
}

/**
 * Decodes a picture, upright, transparency over white.
 * @param {Blob} file
 * @returns {Promise<{rows: Rows, isJpeg: boolean, close: () => void}>}
 */
export async function openPicture(file) {
  if (file.size === 0) throw new Problem('picture_empty');
  const header = readHeader(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  if (header === null) throw new Problem('picture_unknown');
  if (header.width * header.height > MAX_PIXELS) {
    throw new Problem('picture_large', { megapixels: MAX_PIXELS / 1e6 });
  }
  let bitmap;
  try {
    // Training read the stored values, whatever color profile they came with.
    bitmap = await createImageBitmap(file, { colorSpaceConversion: 'none' });
  } catch {
    throw new Problem('picture_damaged');
  }
  return { rows: rowsOf(bitmap), isJpeg: header.type === 'jpeg', close: () => bitmap.close() };
}

/**
 * @param {ImageBitmap} bitmap
 * @returns {Rows}
 */
export function rowsOf(bitmap) {
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Problem('browser_old');
  return {
    width: bitmap.width,
    height: bitmap.height,
    read(top, count) {
      if (canvas.width !== bitmap.width || canvas.height < count) {
        canvas.width = bitmap.width;
        canvas.height = count;
      }
      context.fillStyle = '#fff';
      context.fillRect(0, 0, bitmap.width, count);
      context.drawImage(bitmap, 0, top, bitmap.width, count, 0, 0, bitmap.width, count);
      return context.getImageData(0, 0, bitmap.width, count).data;
    },
  };
}
