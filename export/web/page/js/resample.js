/**
 * Pillow's antialiased bilinear resize, to the last bit: two passes in 22-bit fixed point with
 * 8-bit rounding between them. The captioner was trained on pixels made that way, and a canvas
 * scales in ways of its own.
 */

const PRECISION_BITS = 22;
const ONE = 1 << PRECISION_BITS;
const HALF = 1 << (PRECISION_BITS - 1);
const STRIP_PIXELS = 1_000_000;

/**
 * Pixels that are read some rows at a time, so that a large photo never lies in memory twice.
 * @typedef {object} Rows
 * @property {number} width Pixels.
 * @property {number} height Pixels.
 * @property {(top: number, count: number) => Uint8ClampedArray | Uint8Array} read RGBA of `count`
 *   rows from `top` on; what is behind alpha is ignored.
 */

/** @typedef {{width: number, height: number, data: Uint8Array}} Rgb Pixels [height][width][3]. */
/** @typedef {[number, number, number, number]} Box Left, top, right and bottom, may be fractions. */

/** @typedef {{first: Int32Array, weights: Int32Array[]}} Coefficients */

/**
 * @param {number} size Input pixels along the axis.
 * @param {number} from Where the box begins.
 * @param {number} to Where it ends.
 * @param {number} outSize Output pixels.
 * @returns {Coefficients} For each output pixel its first input pixel and the fixed-point weights
 *   from there on.
 */
function coefficients(size, from, to, outSize) {
  const scale = Math.fround(Math.fround(to) - Math.fround(from)) / outSize;
  const filterScale = Math.max(scale, 1);
  const inverse = 1 / filterScale;
  const first = new Int32Array(outSize);
  const weights = [];
  for (let out = 0; out < outSize; out += 1) {
    const center = Math.fround(from) + (out + 0.5) * scale;
    const low = Math.max(Math.trunc(center - filterScale + 0.5), 0);
    const high = Math.min(Math.trunc(center + filterScale + 0.5), size);
    const exact = new Float64Array(high - low);
    let sum = 0;
    for (let x = 0; x < exact.length; x += 1) {
      exact[x] = Math.max(1 - Math.abs((x + low - center + 0.5) * inverse), 0);
      sum += exact[x];
    }
    first[out] = low;
    weights.push(Int32Array.from(exact, (w) => Math.trunc(0.5 + (w / sum) * ONE)));
  }
  return { first, weights };
}

/**
 * @param {Rows} source
 * @param {number} width Output pixels.
 * @param {number} height Output pixels.
 * @param {Box} [box] Part of the source to resize; all of it by default.
 * @returns {Rgb}
 */
export function resize(source, width, height, box = [0, 0, source.width, source.height]) {
  const [left, top, right, bottom] = box;
  const isSameWidth = width === source.width && left === 0 && right === width;
  const isSameHeight = height === source.height && top === 0 && bottom === height;
  const across = isSameWidth ? null : coefficients(source.width, left, right, width);
  const down = isSameHeight ? null : coefficients(source.height, top, bottom, height);
  // Pillow (since 13) begins with the height where that loses over twice as many pixels.
  const shrunk = source.height - height;
  const isVerticalFirst = shrunk > 0 && shrunk > (source.width - width) * 2;
  if (isVerticalFirst && down !== null) {
    const low = vertical(source, down);
    return { width, height, data: horizontal(low, across, 0, height) };
  }
  const first = down ? down.first[0] : 0;
  const last = down ? down.first[height - 1] + down.weights[height - 1].length : height;
  const narrow = horizontal(source, across, first, last);
  if (down === null) return { width, height, data: narrow };
  const read = (/** @type {number} */ y, /** @type {number} */ count) =>
    narrow.subarray((y - first) * width * 3, (y - first + count) * width * 3);
  const { data } = vertical({ width, height: last - first, read, channels: 3 }, down);
  return { width, height, data };
}

/** @typedef {Rows & {channels?: number}} Samples Rows of 4 bytes a pixel, or of so many. */

/**
 * @param {Samples} source
 * @param {Coefficients | null} across Null to leave the width.
 * @param {number} top First row.
 * @param {number} bottom Row after the last.
 * @returns {Uint8Array} RGB.
 */
function horizontal(source, across, top, bottom) {
  const { channels = 4 } = source;
  const width = across ? across.weights.length : source.width;
  const out = new Uint8Array((bottom - top) * width * 3);
  const strip = Math.max(1, Math.floor(STRIP_PIXELS / source.width));
  let to = 0;
  for (let y = top; y < bottom; y += strip) {
    const count = Math.min(strip, bottom - y);
    const samples = source.read(y, count);
    for (let row = 0; row < count; row += 1) {
      const start = row * source.width * channels;
      for (let x = 0; x < width; x += 1, to += 3) {
        if (across === null) {
          out.set(samples.subarray(start + x * channels, start + x * channels + 3), to);
          continue;
        }
        const weights = across.weights[x];
        let red = HALF;
        let green = HALF;
        let blue = HALF;
        let at = start + across.first[x] * channels;
        for (let k = 0; k < weights.length; k += 1, at += channels) {
          red += samples[at] * weights[k];
          green += samples[at + 1] * weights[k];
          blue += samples[at + 2] * weights[k];
        }
        out[to] = red >> PRECISION_BITS;
        out[to + 1] = green >> PRECISION_BITS;
        out[to + 2] = blue >> PRECISION_BITS;
      }
    }
  }
  return out;
}

/**
 * @param {Samples} source
 * @param {Coefficients} down
 * @returns {Samples & Rgb} RGB, of another height.
 */
function vertical(source, down) {
  const { width, channels = 4 } = source;
  const height = down.weights.length;
  const data = new Uint8Array(width * height * 3);
  const stride = width * channels;
  for (let y = 0; y < height; y += 1) {
    const weights = down.weights[y];
    const samples = source.read(down.first[y], weights.length);
    let to = y * width * 3;
    for (let x = 0; x < width; x += 1) {
      for (let channel = 0; channel < 3; channel += 1, to += 1) {
        let sum = HALF;
        let at = x * channels + channel;
        for (let k = 0; k < weights.length; k += 1, at += stride) sum += samples[at] * weights[k];
        data[to] = sum >> PRECISION_BITS;
      }
    }
  }
  const read = (/** @type {number} */ y, /** @type {number} */ count) =>
    data.subarray(y * width * 3, (y + count) * width * 3);
  return { width, height, data, channels: 3, read };
}

/**
 * Averages squares of pixels, as a JPEG decoder does that is asked for a smaller picture.
 * @param {Rows} source
 * @param {number} factor Side of the squares; those at the right and bottom edge may be cut off.
 * @returns {Rows} 1/factor of the size, rounded up.
 */
export function reduced(source, factor) {
  if (factor === 1) return source;
  const width = Math.ceil(source.width / factor);
  const height = Math.ceil(source.height / factor);
  return {
    width,
    height,
    read(top, count) {
      const bottom = Math.min((top + count) * factor, source.height);
      const rgba = source.read(top * factor, bottom - top * factor);
      const sums = new Uint32Array(width * 3);
      const out = new Uint8Array(width * count * 4);
      for (let y = 0; y < count; y += 1) {
        const from = y * factor;
        const to = Math.min(from + factor, bottom - top * factor);
        sums.fill(0);
        for (let row = from; row < to; row += 1) {
          let at = row * source.width * 4;
          for (let x = 0; x < source.width; x += 1, at += 4) {
            const cell = Math.floor(x / factor) * 3;
            sums[cell] += rgba[at];
            sums[cell + 1] += rgba[at + 1];
            sums[cell + 2] += rgba[at + 2];
          }
        }
        for (let x = 0; x < width; x += 1) {
          const across = Math.min(factor, source.width - x * factor);
          const area = across * (to - from);
          const at = (y * width + x) * 4;
          for (let channel = 0; channel < 3; channel += 1) {
            out[at + channel] = Math.floor((sums[x * 3 + channel] + area / 2) / area);
          }
          out[at + 3] = 255;
        }
      }
      return out;
    },
  };
}
