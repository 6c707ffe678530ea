/** The fixed parts of the page: what they show now, in which language. */

import { byId } from './dom.js';
import { fill, TEXTS } from './texts.js';

const dark = matchMedia('(prefers-color-scheme: dark)');

export class Screen {
  constructor() {
    this.texts = TEXTS.en;
    this.address = '';
    this.caption = '';
    /** @type {{key: string, values: Record<string, string>}} */
    this.said = { key: '', values: {} };
    /** @type {import('./problem.js').Problem | null} */
    this.problem = null;
    this.wantedTheme = 'system';
    dark.addEventListener('change', () => this.theme(this.wantedTheme));
  }

  /** @param {import('./texts.js').Texts} texts @param {string} language */
  translate(texts, language) {
    this.texts = texts;
    document.documentElement.lang = language;
    document.querySelectorAll('[data-text]').forEach((node) => {
      node.textContent = texts[/** @type {HTMLElement} */ (node).dataset.text ?? ''];
    });
    this.status(this.said.key, this.said.values);
    if (this.problem) byId('message-text').textContent = this.sentence(this.problem);
  }

  /** @param {string} theme `system`, `light` or `dark`. */
  theme(theme) {
    this.wantedTheme = theme;
    const isDark = theme === 'dark' || (theme === 'system' && dark.matches);
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
  }

  /** @param {string} title */
  title(title) {
    document.title = title;
    byId('title').textContent = title;
  }

  /** Said quietly at the bottom. @param {string} key @param {Record<string, string>} [values] */
  status(key, values = {}) {
    this.said = { key, values };
    byId('status').textContent = fill(this.texts[key] ?? '', values);
  }

  /** @param {import('./problem.js').Problem} problem @returns {string} */
  sentence(problem) {
    const { problems } = this.texts;
    return fill(problems[problem.code] ?? problems.unexpected, problem.values);
  }

  /**
   * @param {import('./problem.js').Problem} problem
   * @param {boolean} canRetry Whether "Try again" does something.
   * @param {boolean} canGoOn Whether the page is of use all the same.
   */
  complain(problem, canRetry, canGoOn) {
    this.problem = problem;
    byId('message').hidden = false;
    byId('message-text').textContent = this.sentence(problem);
    byId('retry').hidden = !canRetry;
    byId('dismiss').hidden = canRetry && !canGoOn;
    byId('message').scrollIntoView({ block: 'nearest' });
  }

  /** Takes the complaint away. */
  dismiss() {
    this.problem = null;
    byId('message').hidden = true;
  }

  /** @param {string} text @param {number} [share] How much is done, in [0, 1], if known. */
  busy(text, share) {
    byId('busy').hidden = false;
    byId('busy-text').textContent = text;
    if (share === undefined) byId('progress').removeAttribute('value');
    else byId('progress').value = share;
    byId('progress').setAttribute('aria-label', text);
  }

  /** Nothing is being waited for. */
  idle() {
    byId('busy').hidden = true;
  }

  /** @param {Blob | null} photo */
  showPhoto(photo) {
    URL.revokeObjectURL(this.address);
    this.address = photo ? URL.createObjectURL(photo) : '';
    const image = byId('photo');
    image.hidden = photo === null;
    byId('empty').hidden = photo !== null;
    if (photo) image.src = this.address;
    else image.removeAttribute('src');
  }

  /** @param {boolean} running @param {boolean} several Whether there is another one. */
  showCamera(running, several) {
    if (running) this.showPhoto(null);
    byId('empty').hidden = running || this.address !== '';
    byId('video').hidden = !running;
    byId('camera-controls').hidden = !running;
    byId('sources').hidden = running;
    byId('turn').hidden = !several;
    this.live('');
  }

  /** @param {string} text Over the live picture. */
  live(text) {
    byId('live').hidden = text === '';
    byId('live').textContent = text;
  }

  /** @param {import('./answers.js').Shown | null} shown */
  showAnswers(shown) {
    this.caption = shown?.text ?? '';
    byId('caption').textContent = shown?.text ?? this.texts.waiting;
    byId('caption').classList.toggle('waiting', shown === null);
    byId('photo').alt = shown?.text ?? this.texts.photo_alt;
    byId('note').textContent = shown?.note ?? '';
    const confidence = shown?.confidence ?? null;
    byId('confidence').hidden = confidence === null;
    byId('actions').hidden = shown === null;
    // "Not sure" is nothing to pass on.
    byId('copy').hidden = !shown?.isCaption;
    byId('share').hidden = !shown?.isCaption || !('share' in navigator);
    byId('confidence-text').textContent = shown?.sureness ?? '';
    byId('confidence-bar').style.width = `${Math.round((confidence ?? 0) * 100)}%`;
    byId('others-title').textContent = shown?.othersTitle ?? '';
    const rows = (shown?.others ?? []).map(({ text, percent }) => {
      const row = document.createElement('li');
      for (const part of [text, percent]) {
        row.append(Object.assign(document.createElement('span'), { textContent: part }));
      }
      return row;
    });
    byId('others').hidden = rows.length === 0;
    byId('alternatives').replaceChildren(...rows);
  }

  /** @param {import('./bundle.js').Manifest | null} manifest */
  about(manifest) {
    const { name = '', encoder = '', decoder = '', variant = '', license = '' } = manifest ?? {};
    const values = { name, encoder, decoder, variant, license };
    byId('about').textContent = manifest ? fill(this.texts.about, values) : '';
  }
}
