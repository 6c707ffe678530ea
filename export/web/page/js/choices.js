/** The controls that choose: levels, languages, captioners, appearance. */

import { factsOf } from './captioners.js';
import { LANGUAGES } from './compose.js';
import { byId, fillChoices } from './dom.js';
import { TEXTS } from './texts.js';

/** @typedef {import('./bundle.js').Manifest} Manifest */
/** @typedef {import('./texts.js').Texts} Texts */
/**
 * @typedef {object} Site As `SiteList` of site.py has it.
 * @property {string} title
 * @property {import('./captioners.js').Listed[]} captioners
 * @property {import('./answers.js').Language[]} languages
 */

/**
 * Levels and languages there are, and of them the ones that stay or become chosen.
 * @param {Site} site
 * @param {Manifest | null} manifest Null while there is no captioner.
 * @param {{level: string, language: string}} wanted
 */
export function possible(site, manifest, wanted) {
  const levels = manifest?.levels ?? Object.keys(TEXTS.en.levels);
  const languages = site.languages
    .filter(({ code }) => LANGUAGES.includes(code) && code in TEXTS)
    .filter(({ code }) => manifest === null || manifest.languages.includes(code));
  const codes = languages.map(({ code }) => code);
  const level = levels.includes(wanted.level) ? wanted.level : String(levels.at(-1));
  const language = codes.includes(wanted.language) ? wanted.language : (codes[0] ?? 'en');
  return { levels, languages, level, language };
}

/**
 * @param {ReturnType<typeof possible>} choices
 * @param {string} theme
 * @param {Texts} texts
 */
export function showChoices({ levels, languages, level, language }, theme, texts) {
  const levelChoices = levels.map((value) => ({ value, label: texts.levels[value] ?? value }));
  fillChoices(byId('levels'), levelChoices, level);
  const languageChoices = languages.map(({ code, name }) => ({
    value: code,
    label: name,
    lang: code,
  }));
  fillChoices(byId('languages'), languageChoices, language);
  const themes = Object.entries(texts.themes).map(([value, label]) => ({ value, label }));
  fillChoices(byId('themes'), themes, theme);
}

/**
 * @param {Site} site
 * @param {string} chosen File of the one in use; empty for the visitor's own.
 * @param {Texts} texts
 */
export function showCaptioners(site, chosen, texts) {
  const choices = site.captioners.map((one) => ({
    value: one.file,
    label: one.name,
    more: factsOf(one, texts),
  }));
  fillChoices(byId('captioners'), choices, chosen);
}
