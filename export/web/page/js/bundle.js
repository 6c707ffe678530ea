/** The captioner file: a TFLite flatbuffer with a ZIP of its manifest and vocabulary behind it. */

import { Problem } from './problem.js';
import { sha256 } from './sha256.js';
import { readArchive } from './zip.js';

/** Versions of the manifest that are read; the first knows no calibration. */
export const SCHEMA_VERSIONS = [1, 2];
const MANIFEST = 'captioner.json';
const VOCABULARY = 'vocabulary.txt';

/** @typedef {{kind: string, text: string}} Term */
/**
 * @typedef {object} Vocabulary
 * @property {string[]} levels In the order of their start tokens.
 * @property {Term[]} terms In the order of their ids, after the special tokens.
 * @property {number} endId
 * @property {number} firstTermId
 * @property {number} size
 */
/**
 * @typedef {object} LevelCalibration
 * @property {string} level
 * @property {number} temperature
 * @property {number} threshold
 */
/** @typedef {{weights: number[], bias: number, threshold: number}} Detector */
/**
 * @typedef {object} Manifest As `BundleManifest` of the runtime has it.
 * @property {string} name
 * @property {string} encoder
 * @property {string} decoder
 * @property {string} variant
 * @property {import('./preprocess.js').PreprocessSpec} preprocess
 * @property {string[]} levels
 * @property {number} max_length
 * @property {string[]} languages
 * @property {number} state_size
 * @property {number[]} [feature_shape]
 * @property {string} flatbuffer_sha256
 * @property {number} flatbuffer_bytes
 * @property {{level: string, n: number, ccr: number, low: number, high: number}[]} accuracy
 * @property {string} license
 * @property {{levels: LevelCalibration[], detector: Detector | null} | null} [calibration]
 * @property {number} schema_version
 */
/** @typedef {{manifest: Manifest, vocabulary: Vocabulary, flatbuffer: Uint8Array}} Bundle */

/**
 * Opens and verifies a captioner file.
 * @param {Uint8Array} bytes
 * @returns {Promise<Bundle>}
 */
export async function readBundle(bytes) {
  if (String.fromCharCode(...bytes.subarray(4, 8)) !== 'TFL3') {
    throw new Problem('captioner_unknown');
  }
  const { members, start } = await readArchive(bytes, [MANIFEST, VOCABULARY]);
  const manifest = parseManifest(members[MANIFEST]);
  const flatbuffer = bytes.subarray(0, start);
  if (start !== manifest.flatbuffer_bytes) throw new Problem('captioner_damaged');
  if ((await sha256(flatbuffer)) !== manifest.flatbuffer_sha256) {
    throw new Problem('captioner_damaged');
  }
  const vocabulary = parseVocabulary(members[VOCABULARY]);
  const detector = manifest.calibration?.detector;
  if (
    vocabulary.levels.join() !== manifest.levels.join() ||
    (detector && detector.weights.length !== manifest.state_size)
  ) {
    throw new Problem('captioner_damaged');
  }
  return { manifest, vocabulary, flatbuffer };
}

/** @param {Uint8Array} member @returns {Manifest} */
function parseManifest(member) {
  let manifest;
  try {
    manifest = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(member));
  } catch {
    throw new Problem('captioner_damaged');
  }
  if (!SCHEMA_VERSIONS.includes(manifest?.schema_version)) throw new Problem('captioner_newer');
  const { preprocess: spec, levels, max_length: length, languages, state_size: size } = manifest;
  const isCount = (value, most) => Number.isInteger(value) && value > 0 && value <= most;
  const isNames = (value) => Array.isArray(value) && value.length > 0 && value.every(isText);
  if (
    !isCount(spec?.width, 1024) ||
    !isCount(spec?.height, 1024) ||
    !isCount(length, 1000) ||
    !isCount(size, 1_000_000) ||
    !isNames(levels) ||
    !isNames(languages) ||
    !Array.isArray(manifest.accuracy)
  ) {
    throw new Problem('captioner_damaged');
  }
  return manifest;
}

/** @param {unknown} value @returns {boolean} */
function isText(value) {
  return typeof value === 'string' && value !== '';
}

/** @param {Uint8Array} member @returns {Vocabulary} */
export function parseVocabulary(member) {
  const special = [];
  const terms = [];
  const lines = new TextDecoder().decode(member).split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const line of lines) {
    const [kind, text] = line.split('\t', 2);
    if (!text || (kind === 'special' && terms.length)) throw new Problem('captioner_damaged');
    if (kind === 'special') special.push(text);
    else terms.push({ kind, text });
  }
  if (special[0] !== '<pad>' || special[1] !== '<end>') throw new Problem('captioner_damaged');
  return {
    levels: special.slice(2).map((token) => token.slice(1, -1)),
    terms,
    endId: 1,
    firstTermId: special.length,
    size: special.length + terms.length,
  };
}

/**
 * @param {Vocabulary} vocabulary
 * @param {string} level
 * @returns {number} The token that asks the decoder for the level.
 */
export function startId(vocabulary, level) {
  return 2 + vocabulary.levels.indexOf(level);
}
