/** Encoded photo in, captions out; texts are composed by whoever shows them. */

import { startId } from './bundle.js';
import { beamSearch, confidenceOf, greedySearch } from './decode.js';

/** @typedef {import('./bundle.js').Term} Term */
/** @typedef {import('./decode.js').Encoded} Encoded */
/** @typedef {'answered' | 'fallen back' | 'not sure' | 'no jewelry'} Verdict */
/**
 * @typedef {object} Caption
 * @property {Verdict} verdict
 * @property {string} asked Level asked for.
 * @property {string} level Level of the caption; `asked` where none is given.
 * @property {Term[]} terms None where no caption is given.
 * @property {number} confidence In [0, 1].
 */
/** @typedef {{terms: Term[], confidence: number}} Alternative */

const LEAST = 1e-7;
const TIE = 1e-6;

/** Logistic function; large scores do not overflow. @param {number} score @returns {number} */
function sigmoid(score) {
  return 0.5 * (1 + Math.tanh(0.5 * score));
}

/** Divides a probability's log-odds. @param {number} probability @param {number} temperature */
export function scaled(probability, temperature) {
  const inside = Math.min(Math.max(probability, LEAST), 1 - LEAST);
  return sigmoid(Math.log(inside / (1 - inside)) / temperature);
}

/**
 * Whether a confidence is high enough; the last digits of a logarithm differ between browsers.
 * @param {number} confidence @param {number} threshold
 */
export function reaches(confidence, threshold) {
  return confidence >= threshold - TIE;
}

export class Captioner {
  /**
   * @param {import('./bundle.js').Bundle} bundle Verified.
   * @param {import('./interpreter.js').Interpreter} interpreter
   */
  constructor(bundle, interpreter) {
    this.manifest = bundle.manifest;
    this.vocabulary = bundle.vocabulary;
    this.interpreter = interpreter;
    /** @type {import('./decode.js').Step} */
    this.step = (token, encoded) => interpreter.decodeStep(token, encoded);
  }

  /** @param {string} level @returns {import('./decode.js').Tokens} */
  tokens(level) {
    const { endId, firstTermId } = this.vocabulary;
    const maxLength = this.manifest.max_length;
    return { startId: startId(this.vocabulary, level), endId, firstTermId, maxLength };
  }

  /** @param {string} level */
  calibrationOf(level) {
    return this.manifest.calibration?.levels.find((one) => one.level === level);
  }

  /** @param {import('./decode.js').Decoded} decoded @param {string} level @returns {Alternative} */
  alternative(decoded, level) {
    const { terms, firstTermId } = this.vocabulary;
    const known = this.calibrationOf(level);
    const probability = confidenceOf(decoded);
    return {
      terms: decoded.ids.map((id) => terms[id - firstTermId]),
      confidence: known ? scaled(probability, known.temperature) : probability,
    };
  }

  /** @param {Encoded} encoded @param {string} level @returns {Promise<Caption>} */
  async at(encoded, level) {
    const decoded = await greedySearch(this.step, encoded, this.tokens(level));
    const said = this.alternative(decoded, level);
    // Training gives pictures without jewelry a caption that says nothing.
    const verdict = said.terms.length ? 'answered' : 'no jewelry';
    return { verdict, asked: level, level, ...said };
  }

  /**
   * Describes a photo; a calibrated captioner says less, or nothing, where it is not sure.
   * @param {Encoded} encoded
   * @param {string} asked The most detailed level to answer at.
   * @returns {Promise<Caption>}
   */
  async caption(encoded, asked) {
    const { calibration, levels } = this.manifest;
    let caption = await this.at(encoded, asked);
    if (!calibration || caption.verdict === 'no jewelry') return caption;
    const none = { asked, level: asked, terms: [] };
    const { detector } = calibration;
    if (detector) {
      const score = detector.weights.reduce((sum, w, i) => sum + w * encoded.state[i], 0);
      const jewelry = sigmoid(score + detector.bias);
      if (!reaches(jewelry, detector.threshold)) {
        return { ...none, verdict: 'no jewelry', confidence: 1 - jewelry };
      }
    }
    for (const level of levels.slice(0, levels.indexOf(asked) + 1).reverse()) {
      if (level !== asked) {
        caption = { ...(await this.at(encoded, level)), asked };
        if (caption.verdict === 'no jewelry') return caption;
        caption.verdict = 'fallen back';
      }
      const known = this.calibrationOf(level);
      if (!known || reaches(caption.confidence, known.threshold)) return caption;
    }
    return { ...none, verdict: 'not sure', confidence: caption.confidence };
  }

  /**
   * Captions that say something: for a visitor who knows that there is a piece.
   * @param {Encoded} encoded @param {string} level @param {number} width
   * @returns {Promise<Alternative[]>} The most probable captions, the best first.
   */
  async alternatives(encoded, level, width) {
    const beams = await beamSearch(this.step, encoded, this.tokens(level), width);
    return beams.filter(({ ids }) => ids.length).map((beam) => this.alternative(beam, level));
  }
}
