/**
 * Pillow's antialiased bilinear resize, to the last bit: separable, horizontal first, in 22-bit
 * fixed point with 8-bit rounding between the passes (libImaging/Resample.c). The captioner was
 * trained on pixels made that way, and a canvas scales in ways of its own.
 */

const PRECISION_BITS = 22;
const ONE = 1 << PRECISION_BITS;
const HALF = 1 << (PRECISION_BITS - 1);

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

/**
 * @param {number} size Input pixels along the axis.
 * @param {number} from Where the box begins.
 * @param {number} to Where it ends.
 * @param {number} outSize Output pixels.
 * @returns {{first: Int32Array, weights: Int32Array[]}} For each output pixel its first input
 *   pixel and the fixed-point weights from there on.
 */
function coefficients(size, from, to, outSize) {
  const scale = Math.fround(Math.fround(to) - Math.fround(from)) / outSize;
  const filterScale = Math.max(scale, 1);
  const first = new Int32Array(outSize);
  const weights = [];
  for (let out = 0; out < outSize; out += 1) {
    const center = Math.fround(from) + (out + 0.5) * scale;
    const low = Math.max(Math.trunc(center - filterScale + 0.5), 0);
    const high = Math.min(Math.trunc(center + filterScale + 0.5), size);
    const exact = new Float64Array(high - low);
    let sum = 0;
    for (let x = 0; x < exact.length; x += 1) {
      exact[x] = Math.max(1 - Math.abs((x + low - center + 0.5) / filterScale), 0);
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
  const down = coefficients(source.height, top, bottom, height);
  const firstRow = down.first[0];
  const lastRow = down.first[height - 1] + down.weights[height - 1].length;
  const across =
    width !== source.width || left !== 0 || right !== width
      ? coefficients(source.width, left, right, width)
      : null;
  const narrow = new Uint8Array((lastRow - firstRow) * width * 3);
  const strip = Math.max(1, Math.floor(1_000_000 / source.width));
  for (let y = firstRow; y < lastRow; y += strip) {
    const count = Math.min(strip, lastRow - y);
    squeezeRows(source.read(y, count), source.width, count, across, width, narrow, y - firstRow);
  }
  if (height === source.height && top === 0 && bottom === height) {
    return { width, height, data: narrow };
  }
  const data = new Uint8Array(width * height * 3);
  const stride = width * 3;
  for (let y = 0; y < height; y += 1) {
    const weights = down.weights[y];
    const start = (down.first[y] - firstRow) * stride;
    for (let x = 0; x < stride; x += 1) {
      let sum = HALF;
      for (let k = 0, at = start + x; k < weights.length; k += 1, at += stride) {
        sum += narrow[at] * weights[k];
      }
      data[y * stride + x] = sum >> PRECISION_BITS;
    }
  }
  return { width, height, data };
}

/**
 * @param {Uint8ClampedArray | Uint8Array} rgba
 * @param {number} sourceWidth
 * @param {number} rows
 * @param {{first: Int32Array, weights: Int32Array[]} | null} across Null to copy.
 * @param {number} width
 * @param {Uint8Array} out RGB, `width` pixels a row.
 * @param {number} outRow Row of `out` to begin with.
 */
function squeezeRows(rgba, sourceWidth, rows, across, width, out, outRow) {
  let to = outRow * width * 3;
  for (let y = 0; y < rows; y += 1) {
    const row = y * sourceWidth * 4;
    for (let x = 0; x < width; x += 1, to += 3) {
      if (across === null) {
        const at = row + x * 4;
        out[to] = rgba[at];
        out[to + 1] = rgba[at + 1];
        out[to + 2] = rgba[at + 2];
        continue;
      }
      const weights = across.weights[x];
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      for (let k = 0, at = row + across.first[x] * 4; k < weights.length; k += 1, at += 4) {
        red += rgba[at] * weights[k];
        green += rgba[at + 1] * weights[k];
        blue += rgba[at + 2] * weights[k];
      }
      out[to] = red >> PRECISION_BITS;
      out[to + 1] = green >> PRECISION_BITS;
      out[to + 2] = blue >> PRECISION_BITS;
    }
  }
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
