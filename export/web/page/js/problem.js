/** What a visitor is told when something cannot be done: a code whose sentence is in texts.js. */
export class Problem extends Error {
  /**
   * @param {string} code Key of `problems` in texts.js.
   * @param {Record<string, string | number>} [values] Filled into the sentence's braces.
   */
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

/**
 * @param {unknown} error Anything thrown.
 * @param {string} fallback Code for what is no Problem.
 * @returns {Problem}
 */
export function asProblem(error, fallback) {
  if (error instanceof Problem) return error;
  return new Problem(fallback, { reason: error instanceof Error ? error.message : String(error) });
}
