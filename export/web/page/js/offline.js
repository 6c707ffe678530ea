/** Keeps the page for visits without a network; where that cannot be, nothing is said. */

/** Starts the service worker. @returns {Promise<ServiceWorker | null>} */
async function start() {
  if (!('serviceWorker' in navigator)) return null;
  try {
    await navigator.serviceWorker.register('sw.js');
    return (await navigator.serviceWorker.ready).active;
  } catch {
    // A private window, or an address that is neither https nor this computer.
    return null;
  }
}

/**
 * Has the service worker keep what this visit has loaded before it was there.
 * @param {string[]} urls
 * @returns {Promise<boolean>} Whether the page works offline now.
 */
export async function keepOffline(urls) {
  const worker = await start();
  if (worker === null) return false;
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage(urls, [channel.port2]);
  });
}
