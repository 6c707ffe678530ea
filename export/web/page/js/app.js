/** The page: what the visitor does, what the captioner says. */

import { Speaker } from './answers.js';
import { Camera, Vote } from './camera.js';
import { factsOf, fetchCaptioner } from './captioners.js';
import { Client } from './client.js';
import { Composer, LANGUAGES } from './compose.js';
import { byId, fillChoices } from './dom.js';
import { showHistory } from './history.js';
import { keepOffline } from './offline.js';
import { asProblem, Problem } from './problem.js';
import { Screen } from './screen.js';
import { listenForPhotos } from './sources.js';
import * as storage from './storage.js';
import { fill, TEXTS } from './texts.js';

const settings = { keep: true, theme: 'system', ...storage.readSettings() };
const client = new Client();
const screen = new Screen();
const camera = new Camera(byId('video'), () => {
  closeCamera();
  screen.complain(new Problem('camera_lost'));
});

/** @type {{title: string, captioners: import('./captioners.js').Listed[], languages: import('./answers.js').Language[]}} */
let site;
/** @type {Composer} */
let composer;
/** @type {import('./bundle.js').Manifest | null} */
let manifest = null;
/** @type {import('./answers.js').Answers | null} */
let answers = null;
/** @type {Blob | null} Chosen before there was a captioner. */
let pending = null;
let level = '';
let language = '';
let chosen = '';
/** @type {() => void} */
let retry = () => {};

const texts = () => TEXTS[language];
const speaker = () =>
  new Speaker(composer, site.languages.find((one) => one.code === language), texts());

/** @param {unknown} error @param {() => void} [again] What "Try again" does, if anything. */
function complain(error, again) {
  retry = again ?? retry;
  screen.complain(asProblem(error, 'unexpected'), again !== undefined);
}

/** @param {Record<string, any>} changes */
function remember(changes) {
  Object.assign(settings, changes);
  storage.writeSettings(changes);
}

// Captioners

/** @param {string} file One of the site's. */
async function chooseCaptioner(file) {
  const listed = site.captioners.find((one) => one.file === file) ?? site.captioners[0];
  chosen = listed.file;
  const arrive = (/** @type {number} */ share) => {
    if (chosen === listed.file) screen.busy(texts().loading, share);
  };
  try {
    arrive(0);
    const bytes = await fetchCaptioner(listed, arrive);
    if (chosen !== listed.file) return;
    const files = await openCaptioner(bytes);
    remember({ captioner: listed.file });
    const kept = await keepOffline([new URL(listed.file, location.href).href, ...files]);
    if (kept && chosen === listed.file) screen.status('offline', { name: listed.name });
  } catch (error) {
    complain(error, () => chooseCaptioner(listed.file));
  } finally {
    if (chosen === listed.file) screen.idle();
    showCaptioners();
  }
}

/** @param {ArrayBuffer} bytes @returns {Promise<string[]>} What the runtime loaded for it. */
async function openCaptioner(bytes) {
  const opened = await client.ask('open', [bytes], [bytes]);
  manifest = opened.manifest;
  byId('gpu').checked = false;
  byId('gpu-row').hidden = !opened.gpu;
  screen.dismiss();
  showChoices();
  screen.status('ready', { name: opened.manifest.name });
  screen.idle();
  if (pending) await describe(pending);
  return opened.files;
}

/** @param {File} file A captioner of the visitor's own. */
async function openOwn(file) {
  chosen = '';
  try {
    screen.busy(texts().loading);
    await openCaptioner(await file.arrayBuffer());
  } catch (error) {
    complain(error);
  } finally {
    screen.idle();
    showCaptioners();
  }
}

/** @param {boolean} wanted */
async function accelerate(wanted) {
  screen.busy(texts().loading);
  try {
    const there = await client.ask('accelerate', [wanted]);
    screen.status(there ? 'gpu_on' : 'gpu_off');
    if (wanted && !there) throw new Problem('gpu_differs');
  } catch (error) {
    byId('gpu').checked = false;
    complain(error);
  } finally {
    screen.idle();
  }
}

// Photos

/** @param {Blob} photo */
async function describe(photo) {
  closeCamera();
  pending = photo;
  answers = null;
  screen.dismiss();
  screen.showPhoto(photo);
  showAnswers();
  if (manifest === null) {
    if (chosen === '') complain(new Problem('captioner_wait'));
    return;
  }
  screen.busy(texts().looking);
  try {
    const { captions, alternatives } = await client.ask('describe', [photo]);
    if (pending !== photo) return;
    answers = { captions, alternatives, calibrated: Boolean(manifest.calibration) };
    showAnswers();
    await keepPhoto(photo, answers);
  } catch (error) {
    if (pending !== photo) return;
    screen.showPhoto(null);
    complain(error);
  } finally {
    if (pending === photo) {
      pending = null;
      screen.idle();
    }
  }
}

/** @param {File} file Dropped, pasted or picked. */
function take(file) {
  if (file.name.endsWith('.tflite')) openOwn(file);
  else describe(file);
}

/** @param {Blob} photo @param {import('./answers.js').Answers} said */
async function keepPhoto(photo, said) {
  if (!settings.keep) return;
  try {
    await storage.addEntry({ picture: await storage.thumbnailOf(photo), answers: said });
  } catch {
    complain(new Problem('history_full'));
  }
  await showEntries();
}

// Camera

/** @param {() => Promise<void>} opening */
async function useCamera(opening) {
  screen.dismiss();
  try {
    await opening();
  } catch (error) {
    closeCamera();
    complain(error);
    return;
  }
  answers = null;
  showAnswers();
  screen.showCamera(true, camera.devices.length > 1);
  byId('shoot').focus();
  watch(camera.stream);
}

/** Describes the live picture as fast as the captioner can. @param {MediaStream | null} stream */
async function watch(stream) {
  const vote = new Vote();
  while (camera.running && camera.stream === stream) {
    // A page that is not seen gets no frames, and has no need of them.
    await new Promise((resolve) => requestAnimationFrame(resolve));
    if (manifest === null) continue;
    try {
      const frame = await camera.frame();
      const caption = await client.ask('glance', [frame, level], [frame]);
      if (camera.stream === stream) screen.live(vote.add(speaker().text(caption)));
    } catch (error) {
      if (camera.stream === stream && error instanceof Problem) complain(error);
      if (error instanceof Problem) return;
    }
  }
}

/** Back to the photo. */
function closeCamera() {
  if (camera.running) camera.close();
  screen.showCamera(false, false);
}

// What is shown

/** Answers in the level and language chosen. */
function showAnswers() {
  screen.showAnswers(answers && speaker().show(answers, level), level);
}

/** Photos looked at before. */
async function showEntries() {
  const { levels } = manifest ?? { levels: [level] };
  const known = levels.includes(level) ? level : levels.at(-1);
  showHistory(
    await storage.readEntries(),
    (said) => speaker().show(said, known).text,
    texts(),
    {
      open({ picture, answers: said }) {
        closeCamera();
        pending = null;
        answers = said;
        screen.showPhoto(picture);
        showAnswers();
        byId('stage').scrollIntoView({ block: 'nearest' });
      },
      async remove(id) {
        await storage.removeEntry(id);
        await showEntries();
        screen.status('removed');
        byId('history-title').focus();
      },
    },
  );
}

/** Captioners of the site to choose among. */
function showCaptioners() {
  const choices = site.captioners.map((one) => ({
    value: one.file,
    label: one.name,
    more: factsOf(one, texts(), fill),
  }));
  fillChoices(byId('captioners'), choices, manifest && chosen);
  screen.about(manifest);
}

/** Levels and languages, as the captioner has them. */
function showChoices() {
  const levels = manifest?.levels ?? Object.keys(texts().levels);
  const languages = site.languages
    .filter(({ code }) => LANGUAGES.includes(code) && code in TEXTS)
    .filter(({ code }) => manifest === null || manifest.languages.includes(code));
  if (!levels.includes(level)) level = levels.at(-1) ?? '';
  if (!languages.some(({ code }) => code === language)) language = languages[0]?.code ?? 'en';
  screen.translate(texts(), language);
  const levelChoices = levels.map((value) => ({ value, label: texts().levels[value] ?? value }));
  fillChoices(byId('levels'), levelChoices, level);
  const languageChoices = languages.map(({ code, name }) => ({ value: code, label: name, lang: code }));
  fillChoices(byId('languages'), languageChoices, language);
  const themes = Object.entries(texts().themes).map(([value, label]) => ({ value, label }));
  fillChoices(byId('themes'), themes, settings.theme);
  showCaptioners();
  showAnswers();
  showEntries();
}

// What the visitor does

/** Joins the controls with what they do. */
function listen() {
  listenForPhotos(take);
  const onChange = (/** @type {string} */ id, /** @type {(input: any) => void} */ work) =>
    byId(id).addEventListener('change', (/** @type {Event} */ event) => work(event.target));
  const onClick = (/** @type {string} */ id, /** @type {() => void} */ work) =>
    byId(id).addEventListener('click', work);
  onChange('levels', ({ value }) => {
    level = value;
    remember({ level });
    showAnswers();
    showEntries();
  });
  onChange('languages', ({ value }) => {
    language = value;
    remember({ language });
    showChoices();
  });
  onChange('themes', ({ value }) => {
    remember({ theme: value });
    screen.theme(value);
  });
  onChange('captioners', ({ value }) => chooseCaptioner(value));
  onChange('keep', ({ checked }) => remember({ keep: checked }));
  onChange('gpu', ({ checked }) => accelerate(checked));
  onClick('camera', () => useCamera(() => camera.open()));
  onClick('turn', () => useCamera(() => camera.turn()));
  onClick('stop', () => {
    closeCamera();
    byId('camera').focus();
  });
  onClick('shoot', async () => describe(await camera.shoot()));
  onClick('retry', () => retry());
  onClick('dismiss', () => screen.dismiss());
  onClick('copy', () => {
    navigator.clipboard?.writeText(screen.caption).then(
      () => screen.status('copied'),
      () => complain(new Problem('copy_failed')),
    ) ?? complain(new Problem('copy_failed'));
  });
  onClick('share', () => {
    // A visitor who thinks better of it is not an error.
    navigator.share({ text: screen.caption }).catch(() => {});
  });
  onClick('clear', async () => {
    await storage.clearEntries();
    await showEntries();
    screen.status('removed');
    byId('history-title').focus();
  });
}

/** Opens the page. */
async function start() {
  const asked = [settings.language, ...navigator.languages.map((tag) => tag.split('-')[0])];
  language = asked.find((code) => code in TEXTS) ?? 'en';
  level = settings.level ?? '';
  screen.theme(settings.theme);
  screen.translate(texts(), language);
  byId('keep').checked = settings.keep;
  try {
    const load = async (/** @type {string} */ name) => (await fetch(name, { cache: 'no-cache' })).json();
    const [list, words] = await Promise.all([load('site.json'), load('words.json')]);
    site = list;
    composer = new Composer(words);
  } catch {
    complain(new Problem('captioner_missing'), () => location.reload());
    return;
  }
  screen.title(site.title);
  showChoices();
  listen();
  await chooseCaptioner(settings.captioner ?? '');
}

start();
