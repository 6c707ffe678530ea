/** What the captioner said of a photo, in the words of the page's language. */

import { fill } from './texts.js';

/** @typedef {import('./captioner.js').Caption} Caption */
/** @typedef {import('./captioner.js').Alternative} Alternative */
/**
 * @typedef {object} Answers
 * @property {Record<string, Caption>} captions By level.
 * @property {Record<string, Alternative[]>} alternatives By level.
 * @property {boolean} calibrated Whether its confidences are probabilities.
 */
/** @typedef {{code: string, name: string, not_sure: string, no_jewelry: string}} Language */
/**
 * @typedef {object} Shown
 * @property {string} text
 * @property {boolean} isCaption Whether the text describes a piece.
 * @property {string} note What the text does not say.
 * @property {number | null} confidence In [0, 1]; null where there is no caption to be sure of.
 * @property {string} sureness The same in words.
 * @property {string} othersTitle
 * @property {{text: string, percent: string}[]} others
 */

/** @param {number} share @returns {string} Percent; never all or nothing. */
export function percentOf(share) {
  return String(Math.min(99, Math.max(1, Math.round(share * 100))));
}

export class Speaker {
  /**
   * @param {import('./compose.js').Composer} composer
   * @param {Language} language
   * @param {import('./texts.js').Texts} texts
   */
  constructor(composer, language, texts) {
    this.composer = composer;
    this.language = language;
    this.texts = texts;
  }

  /** @param {Caption} caption @returns {string} */
  text(caption) {
    if (caption.verdict === 'not sure') return this.language.not_sure;
    if (caption.verdict === 'no jewelry') return this.language.no_jewelry;
    return this.composer.compose(caption.terms, this.language.code);
  }

  /** @param {string} level @returns {string} */
  levelName(level) {
    return this.texts.levels[level] ?? level;
  }

  /** @param {Answers} answers @param {string} level @returns {Shown} */
  show(answers, level) {
    const caption = answers.captions[level] ?? Object.values(answers.captions).at(-1);
    const text = this.text(caption);
    const { texts } = this;
    const others = (answers.alternatives[caption.asked] ?? [])
      .map(({ terms, confidence }) => ({
        text: this.composer.compose(terms, this.language.code),
        percent: `${percentOf(confidence)}%`,
      }))
      .filter((other) => other.text && other.text !== text);
    const unsure = caption.verdict === 'not sure';
    return {
      text,
      isCaption: caption.terms.length > 0,
      note:
        caption.verdict === 'fallen back'
          ? fill(texts.fallen_back, {
              asked: this.levelName(caption.asked),
              level: this.levelName(caption.level),
            })
          : '',
      confidence: unsure ? null : caption.confidence,
      sureness: fill(answers.calibrated ? texts.sure : texts.score, {
        percent: percentOf(caption.confidence),
      }),
      othersTitle: unsure ? texts.guesses : texts.alternatives,
      others: caption.verdict === 'no jewelry' ? [] : others,
    };
  }
}
