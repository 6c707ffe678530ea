/** The page's side of worker.js: calls as promises. */

import { Problem } from './problem.js';

/**
 * @typedef {object} Waiting
 * @property {(value: any) => void} resolve
 * @property {(error: Error) => void} reject
 */

export class Client {
  constructor() {
    this.worker = new Worker(new URL('./worker.js', import.meta.url));
    this.count = 0;
    /** @type {Map<number, Waiting>} */
    const open = new Map();
    this.open = open;
    this.worker.addEventListener('message', ({ data: { id, value, problem } }) => {
      const waiting = open.get(id);
      open.delete(id);
      if (problem) waiting?.reject(new Problem(problem.code, problem.values));
      else waiting?.resolve(value);
    });
    this.worker.addEventListener('error', (event) => {
      event.preventDefault();
      open.forEach(({ reject }) => reject(new Problem('browser_old')));
      open.clear();
    });
  }

  /**
   * @param {string} call One of `calls` in worker.js.
   * @param {any[]} args
   * @param {Transferable[]} [transfer]
   * @returns {Promise<any>}
   */
  ask(call, args, transfer = []) {
    const id = (this.count += 1);
    return new Promise((resolve, reject) => {
      this.open.set(id, { resolve, reject });
      this.worker.postMessage({ id, call, args }, transfer);
    });
  }

  /**
   * Goes on with another one's worker instead of its own, whose unanswered calls are given up.
   * @param {Client} other
   */
  become(other) {
    this.close();
    this.worker = other.worker;
    this.count = other.count;
    this.open = other.open;
  }

  /** Ends the worker. */
  close() {
    this.worker.terminate();
    this.open.forEach(({ reject }) => reject(new Error('ended')));
    this.open.clear();
  }
}

/**
 * Opens a captioner in a worker of its own: where the graphics card cannot run it, the runtime may
 * be of no more use.
 * @param {Blob} file The captioner's file.
 * @param {boolean} onGpu Whether to run it on the graphics card.
 * @returns {Promise<Client>}
 */
export async function openClient(file, onGpu) {
  const client = new Client();
  try {
    await client.ask('open', [await file.arrayBuffer()]);
    if (onGpu && !(await client.ask('accelerate', []))) throw new Problem('gpu_differs');
  } catch (error) {
    client.close();
    throw error;
  }
  return client;
}
