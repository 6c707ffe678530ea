/**
 * Keeps the page working offline. `SITE`, written before this text by `jewelcap export web`,
 * names the version, the page's files and the large ones: the former are kept at once, the latter
 * when they are first used.
 */

/* global SITE */

const CACHE = `jewelcap-${new URL('./', self.location.href).pathname}-${SITE.version}`;
const PREFIX = CACHE.slice(0, -SITE.version.length);
const INDEX = new URL('index.html', self.location.href).href;
const urlsOf = (/** @type {string[]} */ names) =>
  names.map((name) => new URL(name, self.location.href).href);
const KNOWN = new Set([...urlsOf(SITE.page), ...urlsOf(SITE.large)]);

self.addEventListener('install', (event) => {
  // Never what an HTTP cache holds of the version before.
  const requests = urlsOf(SITE.page).map((url) => new Request(url, { cache: 'no-cache' }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith(PREFIX) && name !== CACHE))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

/** @param {string} url @returns {Promise<Response>} From the cache, else from the host. */
async function answer(url) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(url);
  if (kept) return kept;
  const response = await fetch(url, { cache: 'no-cache' });
  if (response.ok) await cache.put(url, response.clone());
  return response;
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  url.search = '';
  url.hash = '';
  const wanted = request.mode === 'navigate' && url.href.endsWith('/') ? INDEX : url.href;
  if (request.method === 'GET' && KNOWN.has(wanted)) event.respondWith(answer(wanted));
});

// The first visit has loaded the large files before this worker was there.
self.addEventListener('message', (event) => {
  const [port] = event.ports;
  const used = event.data.filter((/** @type {string} */ url) => KNOWN.has(url));
  event.waitUntil(
    Promise.all(used.map(answer)).then(
      () => port.postMessage(true),
      () => port.postMessage(false),
    ),
  );
});
