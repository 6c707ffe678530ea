/** Greedy and beam search over a single decoding step. */

/**
 * What is known of a photo between two steps; decoding passes it on unread.
 * @typedef {{state: Float32Array, features: Float32Array | null}} Encoded
 */
/** @typedef {{ids: number[], probabilities: number[]}} Decoded Without start; the end's is last. */
/**
 * @callback Step
 * @param {number} token
 * @param {Encoded} encoded
 * @returns {Promise<{probabilities: Float32Array, encoded: Encoded}>}
 */
/** @typedef {{startId: number, endId: number, firstTermId: number, maxLength: number}} Tokens */

/** @typedef {Decoded & {score: number, token: number, encoded: Encoded}} Beam */

/** @param {Decoded} decoded @returns {number} Probability of the whole sequence, in [0, 1]. */
export function confidenceOf(decoded) {
  return decoded.probabilities.reduce((product, probability) => product * probability, 1);
}

/**
 * Sets what may not come next to zero: padding, start tokens, and terms already named.
 * @param {Float32Array} probabilities @param {Tokens} tokens @param {number[]} used
 * @returns {Float32Array}
 */
function allowed(probabilities, tokens, used) {
  const masked = probabilities.slice();
  masked.fill(0, 0, tokens.firstTermId);
  masked[tokens.endId] = probabilities[tokens.endId];
  for (const id of used) masked[id] = 0;
  return masked;
}

/**
 * Takes the most probable token at each step until the end.
 * @param {Step} step @param {Encoded} encoded @param {Tokens} tokens @returns {Promise<Decoded>}
 */
export async function greedySearch(step, encoded, tokens) {
  const ids = [];
  const chosen = [];
  let token = tokens.startId;
  let known = encoded;
  for (;;) {
    const { probabilities, encoded: then } = await step(token, known);
    known = then;
    const masked = allowed(probabilities, tokens, ids);
    token = tokens.endId;
    if (ids.length < tokens.maxLength) {
      const best = masked.reduce((top, value, id) => (value > masked[top] ? id : top), 0);
      // 8-bit probabilities can all be 0.
      if (masked[best] > 0) token = best;
    }
    chosen.push(probabilities[token]);
    if (token === tokens.endId) return { ids, probabilities: chosen };
    ids.push(token);
  }
}

/**
 * Keeps the `width` most probable sequences at each step.
 * @param {Step} step @param {Encoded} encoded @param {Tokens} tokens @param {number} width
 * @returns {Promise<Decoded[]>} The most probable first.
 */
export async function beamSearch(step, encoded, tokens, width) {
  const byScore = (/** @type {{score: number}} */ a, /** @type {{score: number}} */ b) =>
    b.score - a.score;
  /** @type {Beam[]} */
  let open = [{ score: 0, ids: [], probabilities: [], token: tokens.startId, encoded }];
  /** @type {(Decoded & {score: number})[]} */
  let finished = [];
  while (open.length) {
    /** @type {Beam[]} */
    const grown = [];
    for (const beam of open) {
      const { probabilities, encoded: then } = await step(beam.token, beam.encoded);
      for (const token of candidates(probabilities, tokens, beam.ids, width)) {
        const score = beam.score + Math.log(probabilities[token]);
        const chosen = [...beam.probabilities, probabilities[token]];
        if (token === tokens.endId) finished.push({ score, ids: beam.ids, probabilities: chosen });
        else {
          const ids = [...beam.ids, token];
          grown.push({ score, ids, probabilities: chosen, token, encoded: then });
        }
      }
    }
    finished = finished.sort(byScore).slice(0, width);
    // A beam only loses probability as it grows.
    const floor = finished.length === width ? finished[width - 1].score : -Infinity;
    open = grown.sort(byScore).slice(0, width).filter((beam) => beam.score > floor);
  }
  return finished.map(({ ids, probabilities }) => ({ ids, probabilities }));
}

/**
 * @param {Float32Array} probabilities @param {Tokens} tokens @param {number[]} used
 * @param {number} width
 * @returns {number[]} The `width` most probable tokens that may come next, or the end.
 */
function candidates(probabilities, tokens, used, width) {
  if (used.length >= tokens.maxLength) return [tokens.endId];
  const masked = allowed(probabilities, tokens, used);
  const order = Array.from(masked.keys()).sort((a, b) => masked[b] - masked[a]);
  const best = order.slice(0, width).filter((token) => masked[token] > 0);
  return best.length ? best : [tokens.endId];
}
