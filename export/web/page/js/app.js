/** The page: what the visitor does, what the captioner says. */

import { Speaker } from './answers.js';
import { fetchCaptioner } from './captioners.js';
import { possible, showCaptioners, showChoices } from './choices.js';
import { Client, openClient } from './client.js';
import { Composer } from './compose.js';
import { byId } from './dom.js';
import { History } from './history.js';
import { Live } from './live.js';
import { keepOffline } from './offline.js';
import { asProblem, Problem } from './problem.js';
import { Screen } from './screen.js';
import { listenForPhotos } from './sources.js';
import * as storage from './storage.js';
import { TEXTS } from './texts.js';

const settings = storage.readSettings();
const client = new Client();
const screen = new Screen();
const live = new Live(client, {
  level: () => (manifest === null ? null : level),
  text: (caption) => speaker().text(caption),
  screen,
  complain,
});

const history = new History({
  texts: () => texts(),
  caption: (said) => speaker().show(said, level).text,
  open({ picture, answers: said }) {
    live.close();
    leavePhoto();
    answers = said;
    screen.showPhoto(picture);
    showAnswers();
    byId('stage').scrollIntoView({ block: 'nearest' });
  },
  complain,
  say: (key) => screen.status(key),
});

/** @type {import('./choices.js').Site} */
let site;
/** @type {Composer} */
let composer;
/** @type {import('./bundle.js').Manifest | null} */
let manifest = null;
/** @type {Blob | null} The captioner's file. */
let captioner = null;
/** @type {import('./answers.js').Answers | null} */
let answers = null;
/** @type {Blob | null} The photo that is shown, if it is not one of those remembered. */
let photo = null;
/** Whether an answer about it is awaited. */
let isPending = false;
let level = '';
let language = 'en';
/** File of the captioner on its way or in use; empty for the visitor's own. */
let chosen = '';
let inUse = '';
/** @type {() => void} */
let retry = () => {};

const texts = () => TEXTS[language];

/** Speaks the page's language. */
function speaker() {
  const spoken = site.languages.find((one) => one.code === language) ?? site.languages[0];
  return new Speaker(composer, spoken, texts());
}

/** @param {unknown} error @param {() => void} [again] What "Try again" does, if anything. */
function complain(error, again) {
  retry = again ?? retry;
  screen.complain(asProblem(error, 'unexpected'), again !== undefined, manifest !== null);
}

/** @param {Partial<storage.Settings>} changes */
function remember(changes) {
  Object.assign(settings, changes);
  storage.writeSettings(settings);
}

/** @param {string} file One of the site's. */
async function chooseCaptioner(file) {
  const listed = site.captioners.find((one) => one.file === file) ?? site.captioners[0];
  chosen = listed.file;
  const isWanted = () => chosen === listed.file;
  try {
    const bytes = await fetchCaptioner(listed, (share) => {
      if (isWanted()) screen.busy(texts().loading, share);
    });
    if (!isWanted()) return;
    const files = await openCaptioner(bytes);
    inUse = listed.file;
    remember({ captioner: listed.file });
    const kept = await keepOffline([new URL(listed.file, location.href).href, ...files]);
    if (kept && isWanted()) screen.status('offline', { name: listed.name });
  } catch (error) {
    if (!isWanted()) return;
    chosen = inUse;
    screen.idle();
    showCaptioners(site, chosen, texts());
    complain(error, () => chooseCaptioner(listed.file));
  }
}

/** @param {ArrayBuffer} bytes @returns {Promise<string[]>} What the runtime loaded for it. */
async function openCaptioner(bytes) {
  const file = new Blob([bytes]);
  const opened = await client.ask('open', [bytes], [bytes]);
  captioner = file;
  manifest = opened.manifest;
  byId('gpu').checked = false;
  byId('gpu-row').hidden = !opened.gpu;
  screen.dismiss();
  screen.idle();
  screen.status('ready', { name: opened.manifest.name });
  showAll();
  if (photo) await describe(photo, isPending);
  return opened.files;
}

/** @param {File} file A captioner of the visitor's own. */
async function openOwn(file) {
  chosen = '';
  screen.busy(texts().loading);
  try {
    await openCaptioner(await file.arrayBuffer());
    inUse = '';
  } catch (error) {
    // The one before goes on.
    chosen = inUse;
    screen.idle();
    complain(error);
  }
}

/** @param {boolean} wanted Whether the captioner is to run on the graphics card. */
async function accelerate(wanted) {
  const file = captioner;
  if (file === null) return;
  screen.busy(texts().loading);
  try {
    const moved = await openClient(file, wanted);
    if (file !== captioner) return moved.close();
    client.become(moved);
    screen.status(wanted ? 'gpu_on' : 'gpu_off');
    if (photo) await describe(photo, isPending);
  } catch (error) {
    byId('gpu').checked = !wanted;
    complain(error);
  } finally {
    screen.idle();
  }
}

/** @param {Blob} shown @param {boolean} [isNew] Whether it was not described before. */
async function describe(shown, isNew = true) {
  live.close();
  photo = shown;
  isPending = true;
  answers = null;
  screen.showPhoto(shown);
  showAnswers();
  // It is described as soon as there is a captioner; what keeps that away is to stay.
  if (manifest === null) return;
  screen.dismiss();
  screen.busy(texts().looking);
  const { worker } = client;
  const isWanted = () => photo === shown && client.worker === worker;
  try {
    const { captions, alternatives } = await client.ask('describe', [shown]);
    if (!isWanted()) return;
    answers = { captions, alternatives, calibrated: Boolean(manifest.calibration) };
    showAnswers();
    // Below the fold of a phone.
    byId('answer').scrollIntoView({ block: 'nearest' });
    if (isNew && settings.keep) await history.keep(shown, answers);
  } catch (error) {
    if (!isWanted()) return;
    leavePhoto();
    screen.showPhoto(null);
    complain(error);
  } finally {
    if (isWanted() || photo === null) {
      isPending = false;
      screen.idle();
    }
  }
}

/** Another one, or the camera, takes the photo's place. */
function leavePhoto() {
  photo = null;
  answers = null;
}

/** @param {File} file Dropped, pasted or picked. */
function take(file) {
  if (file.name.endsWith('.tflite')) openOwn(file);
  else describe(file);
}

/** The answers in the level and language chosen. */
function showAnswers() {
  screen.showAnswers(answers && speaker().show(answers, level));
}

/** Everything, in the language chosen and with what the captioner has. */
function showAll() {
  const choices = possible(site, manifest, { level, language });
  ({ level, language } = choices);
  screen.translate(texts(), language);
  showChoices(choices, settings.theme, texts());
  showCaptioners(site, chosen, texts());
  screen.about(manifest);
  showAnswers();
  history.show();
}

/** @type {Record<string, (input: HTMLInputElement) => void>} */
const changes = {
  levels({ value }) {
    level = value;
    remember({ level });
    showAnswers();
    history.show();
  },
  languages({ value }) {
    language = value;
    remember({ language });
    showAll();
  },
  themes({ value }) {
    remember({ theme: value });
    screen.theme(value);
  },
  captioners: ({ value }) => chooseCaptioner(value),
  keep: ({ checked }) => remember({ keep: checked }),
  gpu: ({ checked }) => accelerate(checked),
};

/** @type {Record<string, () => void>} */
const clicks = {
  camera: () => useCamera(false),
  turn: () => useCamera(true),
  stop() {
    live.close();
    byId('camera').focus();
  },
  shoot: () => live.shoot().then(describe, complain),
  retry: () => retry(),
  dismiss: () => screen.dismiss(),
  copy() {
    const refused = () => complain(new Problem('copy_failed'));
    const copying = navigator.clipboard?.writeText(screen.caption) ?? Promise.reject();
    copying.then(() => screen.status('copied'), refused);
  },
  // A visitor who thinks better of it is not an error.
  share: () => navigator.share({ text: screen.caption }).catch(() => {}),
  clear: () => history.forget(),
};

/** @param {boolean} turn */
function useCamera(turn) {
  if (manifest !== null) screen.dismiss();
  leavePhoto();
  showAnswers();
  live.open(turn);
}

/** Joins the controls with what they do. */
function listen() {
  listenForPhotos(take);
  for (const [id, work] of Object.entries(changes)) {
    byId(id).addEventListener('change', (/** @type {any} */ { target }) => work(target));
  }
  for (const [id, work] of Object.entries(clicks)) byId(id).addEventListener('click', work);
}

/** Opens the page. */
async function start() {
  const asked = [settings.language, ...navigator.languages.map((tag) => tag.split('-')[0])];
  language = asked.find((code) => code in TEXTS) ?? 'en';
  level = settings.level;
  screen.theme(settings.theme);
  screen.translate(texts(), language);
  byId('keep').checked = settings.keep;
  listen();
  try {
    const load = async (/** @type {string} */ name) =>
      (await fetch(name, { cache: 'no-cache' })).json();
    const [list, words] = await Promise.all([load('site.json'), load('words.json')]);
    site = list;
    composer = new Composer(words);
  } catch {
    complain(new Problem('captioner_missing'), () => location.reload());
    return;
  }
  screen.title(site.title);
  chosen = settings.captioner;
  showAll();
  await chooseCaptioner(settings.captioner);
}

start();
