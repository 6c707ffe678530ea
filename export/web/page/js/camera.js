/** The camera: opening it, reading it while it runs, taking a photo. */

import { Problem } from './problem.js';

/** Captions that vote on the one that is shown. */
const VOTERS = 5;
const PROBLEMS = {
  NotAllowedError: 'camera_denied',
  SecurityError: 'camera_denied',
  NotFoundError: 'camera_none',
  OverconstrainedError: 'camera_none',
};

/**
 * The most frequent of the last captions, the latest among equals: one odd frame changes nothing.
 */
export class Vote {
  constructor() {
    /** @type {string[]} */
    this.last = [];
  }

  /** @param {string} text @returns {string} */
  add(text) {
    this.last = [...this.last, text].slice(-VOTERS);
    const count = (/** @type {string} */ one) => this.last.filter((other) => other === one).length;
    return this.last.reduce((best, one) => (count(one) >= count(best) ? one : best));
  }
}

export class Camera {
  /**
   * @param {HTMLVideoElement} video
   * @param {() => void} onLost Called when the camera goes away by itself.
   */
  constructor(video, onLost) {
    this.video = video;
    this.onLost = onLost;
    /** @type {MediaStream | null} */
    this.stream = null;
    /** @type {string[]} */
    this.devices = [];
  }

  get running() {
    return this.stream !== null;
  }

  /**
   * @param {string} [device] Its id; by default the camera at the back.
   * @returns {Promise<void>}
   */
  async open(device) {
    if (!navigator.mediaDevices?.getUserMedia) throw new Problem('camera_insecure');
    this.close();
    const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
    const which = device ? { deviceId: { exact: device } } : { facingMode: 'environment' };
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { ...size, ...which } });
      this.video.srcObject = this.stream;
      await this.video.play();
    } catch (error) {
      this.close();
      const name = error instanceof DOMException ? error.name : '';
      throw new Problem(PROBLEMS[name] ?? 'camera_busy');
    }
    const [track] = this.stream.getVideoTracks();
    track.addEventListener('ended', this.onLost);
    this.current = track.getSettings().deviceId ?? '';
    const all = await navigator.mediaDevices.enumerateDevices();
    this.devices = all.filter((one) => one.kind === 'videoinput').map((one) => one.deviceId);
  }

  /** Opens the next of several cameras. */
  async turn() {
    const next = (this.devices.indexOf(this.current ?? '') + 1) % this.devices.length;
    await this.open(this.devices[next]);
  }

  /** Lets the camera go. */
  close() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = null;
  }

  /** @returns {Promise<ImageBitmap>} What it sees now. */
  frame() {
    return createImageBitmap(this.video);
  }

  /** @returns {Promise<Blob>} What it sees now, as a file. */
  shoot() {
    const canvas = document.createElement('canvas');
    canvas.width = this.video.videoWidth;
    canvas.height = this.video.videoHeight;
    canvas.getContext('2d')?.drawImage(this.video, 0, 0);
    return new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Problem('camera_lost'))));
    });
  }
}
