/** The graphics card: taken only where it gives the answers of the processor. */

import { Interpreter } from './interpreter.js';

/** As parity at export has it: relative error of the state that goes with equal captions. */
const MAX_STATE_ERROR = 0.02;
const MAX_PROBABILITY_ERROR = 0.02;

/** @param {Float32Array} one @param {Float32Array} other @returns {number} Relative L2 distance. */
function distance(one, other) {
  const square = (/** @type {(i: number) => number} */ value) =>
    Math.sqrt(one.reduce((sum, _, i) => sum + value(i) ** 2, 0));
  return square((i) => one[i] - other[i]) / Math.max(square((i) => other[i]), 1e-9);
}

/** A picture with edges and colors at all scales. @param {number} count @returns {Uint8Array} */
function probe(count) {
  return Uint8Array.from({ length: count }, (_, i) => (i * i * 7 + (i >> 5) * 31) & 255);
}

/**
 * @param {any} litert
 * @param {import('./bundle.js').Bundle} bundle
 * @param {import('./captioner.js').Captioner} captioner On the processor.
 * @returns {Promise<Interpreter | null>} Null where the answers differ.
 */
export async function openInterpreterOnGpu(litert, bundle, captioner) {
  let gpu;
  try {
    gpu = await Interpreter.open(litert, bundle, 'webgpu');
    const { height, width } = bundle.manifest.preprocess;
    const pixels = probe(height * width * 3);
    const expected = await captioner.interpreter.encode(pixels);
    const found = await gpu.encode(pixels);
    const start = bundle.vocabulary.endId + 1;
    const then = await captioner.interpreter.decodeStep(start, expected);
    const thenFound = await gpu.decodeStep(start, found);
    if (
      distance(found.state, expected.state) <= MAX_STATE_ERROR &&
      thenFound.probabilities.every(
        (value, i) => Math.abs(value - then.probabilities[i]) <= MAX_PROBABILITY_ERROR,
      )
    ) {
      return gpu;
    }
  } catch {
    // No graphics card, or not for this model.
  }
  gpu?.close();
  return null;
}
