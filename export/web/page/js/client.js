/** The page's side of worker.js: calls as promises. */

import { Problem } from './problem.js';

export class Client {
  constructor() {
    this.worker = new Worker(new URL('./worker.js', import.meta.url));
    this.count = 0;
    /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Problem) => void}>} */
    this.open = new Map();
    this.worker.addEventListener('message', ({ data: { id, value, problem } }) => {
      const waiting = this.open.get(id);
      this.open.delete(id);
      if (problem) waiting?.reject(new Problem(problem.code, problem.values));
      else waiting?.resolve(value);
    });
    this.worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.open.forEach(({ reject }) => reject(new Problem('browser_old')));
      this.open.clear();
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
}
