/** The live picture: the camera, and what the captioner says while it runs. */

import { Camera, Vote } from './camera.js';
import { byId } from './dom.js';
import { Problem } from './problem.js';

/** @typedef {import('./captioner.js').Caption} Caption */

export class Live {
  /**
   * @param {import('./client.js').Client} client
   * @param {object} page
   * @param {() => string | null} page.level Level to ask for; null while there is no captioner.
   * @param {(caption: Caption) => string} page.text
   * @param {import('./screen.js').Screen} page.screen
   * @param {(error: unknown) => void} page.complain
   */
  constructor(client, page) {
    this.client = client;
    this.page = page;
    this.camera = new Camera(byId('video'), () => {
      this.close();
      page.complain(new Problem('camera_lost'));
    });
  }

  /** @param {boolean} [turn] Whether to open the next of several cameras. */
  async open(turn = false) {
    const { camera, page } = this;
    const shutter = byId('shoot');
    // A camera that is still opening has no picture to take.
    shutter.disabled = true;
    page.screen.live('');
    try {
      await (turn ? camera.turn() : camera.open());
    } catch (error) {
      this.close();
      page.complain(error);
      return;
    }
    shutter.disabled = false;
    page.screen.showCamera(true, camera.devices.length > 1);
    shutter.focus();
    this.watch(camera.stream);
  }

  /** Back to the photo. */
  close() {
    this.camera.close();
    this.page.screen.showCamera(false, false);
  }

  /** @returns {Promise<Blob>} What the camera sees now. */
  shoot() {
    return this.camera.shoot();
  }

  /** Describes the picture as fast as the captioner can. @param {MediaStream | null} stream */
  async watch(stream) {
    const { camera, client, page } = this;
    const vote = new Vote();
    const isOn = () => camera.stream !== null && camera.stream === stream;
    while (isOn()) {
      // A page that is not seen gets no frames, and has no need of them.
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const level = page.level();
      if (level === null || !isOn()) continue;
      try {
        const frame = await camera.frame();
        const caption = await client.ask('glance', [frame, level], [frame]);
        if (isOn()) page.screen.live(vote.add(page.text(caption)));
      } catch (error) {
        // A frame that is not there yet is no reason to stop.
        if (!(error instanceof Problem)) continue;
        if (isOn()) page.complain(error);
        return;
      }
    }
  }
}
