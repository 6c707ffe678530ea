/** Any picture to the encoder's input, by the captioner's own PreprocessSpec. */

import { Problem } from './problem.js';
import { reduced, resize } from './resample.js';

/** @typedef {import('./resample.js').Rows} Rows */
/** @typedef {import('./resample.js').Rgb} Rgb */
/** @typedef {{height: number, width: number, fit: string}} PreprocessSpec */

/** Half to even, as Python rounds. @param {number} value @returns {number} */
function round(value) {
  const low = Math.floor(value);
  const rest = value - low;
  if (rest !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}

/** Whole picture, white around it. @param {Rows} source @param {PreprocessSpec} spec @returns {Rgb} */
function pad(source, spec) {
  let { width, height } = spec;
  const ratio = source.width / source.height;
  if (ratio > width / height) height = round((source.height / source.width) * width);
  else if (ratio < width / height) width = round(ratio * height);
  const out = new Uint8Array(spec.width * spec.height * 3).fill(255);
  if (width > 0 && height > 0) {
    const inner = resize(source, width, height);
    const left = round((spec.width - width) * 0.5);
    const top = round((spec.height - height) * 0.5);
    for (let y = 0; y < height; y += 1) {
      const row = inner.data.subarray(y * width * 3, (y + 1) * width * 3);
      out.set(row, ((top + y) * spec.width + left) * 3);
    }
  }
  return { width: spec.width, height: spec.height, data: out };
}

/** The middle, in the right shape. @param {Rows} source @param {PreprocessSpec} spec @returns {Rgb} */
function crop(source, spec) {
  const wanted = spec.width / spec.height;
  const ratio = source.width / source.height;
  let width = source.width;
  let height = source.height;
  if (ratio > wanted) width = wanted * height;
  else if (ratio < wanted) height = width / wanted;
  const left = (source.width - width) * 0.5;
  const top = (source.height - height) * 0.5;
  return resize(source, spec.width, spec.height, [left, top, left + width, top + height]);
}

/** All of it, out of shape. @param {Rows} source @param {PreprocessSpec} spec @returns {Rgb} */
function stretch(source, spec) {
  return resize(source, spec.width, spec.height);
}

/**
 * @typedef {object} Fit
 * @property {(source: Rows, spec: PreprocessSpec) => Rgb} apply
 * @property {(across: number, down: number) => number} scale Of the two scales, width to width and
 *   height to height, the one that the picture is brought to.
 */

/** @type {Record<string, Fit>} */
export const FITS = {
  pad: { apply: pad, scale: Math.min },
  crop: { apply: crop, scale: Math.max },
  stretch: { apply: stretch, scale: Math.max },
};

/** A JPEG is decoded at least this many times as large as the encoder sees it. */
const DECODE_MARGIN = 1.25;

/**
 * How much smaller than it is the runtime decodes a JPEG: the largest of 8, 4, 2 and 1 that leaves
 * what the encoder needs.
 * @param {number} width @param {number} height @param {PreprocessSpec} spec @returns {number}
 */
export function decodeFactor(width, height, spec) {
  const side = DECODE_MARGIN * Math.max(spec.width, spec.height);
  const scale = FITS[spec.fit].scale(side / width, side / height);
  const across = Math.floor(width / Math.ceil(width * scale));
  const down = Math.floor(height / Math.ceil(height * scale));
  return [8, 4, 2].find((factor) => Math.min(across, down) >= factor) ?? 1;
}

/**
 * @param {Rows} source
 * @param {PreprocessSpec} spec
 * @param {boolean} isJpeg Whether the runtime may decode it at a reduced size.
 * @returns {Uint8Array} RGB, [1, H, W, 3].
 */
export function preprocess(source, spec, isJpeg) {
  if (!(spec.fit in FITS)) throw new Problem('captioner_newer');
  const factor = isJpeg ? decodeFactor(source.width, source.height, spec) : 1;
  return FITS[spec.fit].apply(reduced(source, factor), spec).data;
}
