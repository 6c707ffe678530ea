/**
 * Runs captioners beside the page, so that it never stands still. A classic worker, because the
 * loader of LiteRT.js brings its WebAssembly in by `importScripts`.
 *
 * Messages are `{id, call, args}`; answers `{id, value}` or `{id, problem: {code, values}}`.
 */

/* global importScripts */

const RUNTIME = new URL('../runtime/', self.location.href).href;
const ALTERNATIVES = 4;

const modules = Promise.all(
  ['accelerator', 'bundle', 'captioner', 'interpreter', 'picture', 'preprocess', 'problem'].map(
    (name) => import(`./${name}.js`),
  ),
).then((loaded) => Object.assign({}, ...loaded));

/** @type {Promise<any> | null} */
let runtime = null;
/** @type {import('./captioner.js').Captioner | null} */
let captioner = null;
/** @type {import('./bundle.js').Bundle | null} */
let bundle = null;

/** LiteRT.js, loaded once. */
function litert() {
  runtime ??= import('../runtime/litert.js').then(async (loaded) => {
    // Emscripten looks beside the worker otherwise.
    self.Module = { locateFile: (/** @type {string} */ name) => RUNTIME + name };
    await loaded.loadLiteRt(RUNTIME);
    return loaded;
  });
  return runtime;
}

/** @param {Blob | ImageBitmap} source @returns {Promise<Uint8Array>} The encoder's input. */
async function pixelsOf(source) {
  const { openPicture, preprocess, rowsOf } = await modules;
  const spec = captioner.manifest.preprocess;
  if (source instanceof Blob) {
    const picture = await openPicture(source);
    try {
      return preprocess(picture.rows, spec, picture.isJpeg);
    } finally {
      picture.close();
    }
  }
  try {
    return preprocess(rowsOf(source), spec, false);
  } finally {
    source.close();
  }
}

/** What the page can ask for. */
const calls = {
  /** @param {ArrayBuffer} bytes A captioner file. */
  async open(bytes) {
    const { readBundle, Captioner, Interpreter } = await modules;
    const [opened, loaded] = await Promise.all([readBundle(new Uint8Array(bytes)), litert()]);
    const next = new Captioner(opened, await Interpreter.open(loaded, opened, 'wasm'));
    captioner?.interpreter.close();
    captioner = next;
    bundle = opened;
    const files = performance.getEntriesByType('resource').map((entry) => entry.name);
    return { manifest: opened.manifest, files, gpu: 'gpu' in navigator };
  },

  /**
   * Moves the model to the graphics card if it gives the same answers there.
   * @returns {Promise<boolean>} Whether it does.
   */
  async accelerate() {
    const { Captioner, openInterpreterOnGpu } = await modules;
    const next = await openInterpreterOnGpu(await litert(), bundle, captioner);
    if (next === null) return false;
    captioner.interpreter.close();
    captioner = new Captioner(bundle, next);
    return true;
  },

  /**
   * All that is to be said of a photo.
   * @param {Blob} photo
   */
  async describe(photo) {
    const started = performance.now();
    const encoded = await captioner.interpreter.encode(await pixelsOf(photo));
    const captions = {};
    const alternatives = {};
    for (const level of captioner.manifest.levels) {
      captions[level] = await captioner.caption(encoded, level);
      alternatives[level] = await captioner.alternatives(encoded, level, ALTERNATIVES);
    }
    return { captions, alternatives, latency_ms: performance.now() - started };
  },

  /**
   * One caption, for the live picture.
   * @param {ImageBitmap} frame Closed here.
   * @param {string} level
   */
  async glance(frame, level) {
    const encoded = await captioner.interpreter.encode(await pixelsOf(frame));
    return captioner.caption(encoded, level);
  },
};

// One after the other: a model has one memory.
let last = Promise.resolve();
self.addEventListener('message', ({ data: { id, call, args } }) => {
  last = last.then(async () => {
    try {
      self.postMessage({ id, value: await calls[call](...args) });
    } catch (error) {
      const { asProblem } = await modules;
      const { code, values } = asProblem(error, 'unexpected');
      self.postMessage({ id, problem: { code, values } });
    }
  });
});
