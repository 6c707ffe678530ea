/** LiteRT.js behind the two signatures of a captioner. */

import { Problem } from './problem.js';

/** @typedef {import('./decode.js').Encoded} Encoded */

export class Interpreter {
  /**
   * @param {any} litert The module of LiteRT.js.
   * @param {any} model A compiled model.
   * @param {import('./bundle.js').Manifest} manifest
   */
  constructor(litert, model, manifest) {
    this.litert = litert;
    this.model = model;
    this.manifest = manifest;
  }

  /**
   * @param {any} litert
   * @param {import('./bundle.js').Bundle} bundle
   * @param {'wasm' | 'webgpu'} accelerator
   * @returns {Promise<Interpreter>}
   */
  static async open(litert, bundle, accelerator) {
    let model;
    try {
      model = await litert.loadAndCompile(bundle.flatbuffer, { accelerator });
    } catch (error) {
      throw new Problem('captioner_refused', { reason: String(error).split('\n')[0] });
    }
    const interpreter = new Interpreter(litert, model, bundle.manifest);
    try {
      await interpreter.check(bundle);
    } catch (error) {
      interpreter.close();
      throw error instanceof Problem ? error : new Problem('captioner_damaged');
    }
    return interpreter;
  }

  /** Whether the model is the one that the manifest speaks of. @param {import('./bundle.js').Bundle} bundle */
  async check(bundle) {
    const shape = bundle.manifest.feature_shape ?? [];
    const blank = {
      state: new Float32Array(bundle.manifest.state_size),
      features: shape.length ? new Float32Array(shape[0] * shape[1]) : null,
    };
    const { probabilities } = await this.decodeStep(bundle.vocabulary.endId, blank);
    if (probabilities.length !== bundle.vocabulary.size) throw new Problem('captioner_damaged');
  }

  /**
   * @param {string} signature
   * @param {Record<string, [Int32Array | Float32Array | Uint8Array, number[]]>} inputs
   * @returns {Promise<Record<string, Float32Array>>}
   */
  async run(signature, inputs) {
    const { Tensor } = this.litert;
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, [data, shape]]) => [name, new Tensor(data, shape)]),
    );
    /** @type {Record<string, Float32Array>} */
    const results = {};
    try {
      const outputs = await this.model.signatures[signature].run(tensors);
      for (const [name, tensor] of Object.entries(outputs)) {
        try {
          results[name] = (await tensor.data()).slice();
        } finally {
          tensor.delete();
        }
      }
    } finally {
      Object.values(tensors).forEach((tensor) => tensor.delete());
    }
    return results;
  }

  /** @param {Uint8Array} pixels [1, H, W, 3] @returns {Promise<Encoded>} */
  async encode(pixels) {
    const { height, width } = this.manifest.preprocess;
    const out = await this.run('encode', { image: [pixels, [1, height, width, 3]] });
    return { state: out.state, features: out.features ?? null };
  }

  /** @param {number} token @param {Encoded} encoded */
  async decodeStep(token, encoded) {
    /** @type {Record<string, [Int32Array | Float32Array, number[]]>} */
    const inputs = {
      token: [Int32Array.of(token), [1]],
      state: [encoded.state, [1, encoded.state.length]],
    };
    if (encoded.features !== null) {
      inputs.features = [encoded.features, [1, ...(this.manifest.feature_shape ?? [])]];
    }
    const out = await this.run('decode_step', inputs);
    return {
      probabilities: out.probabilities,
      encoded: { state: out.state, features: encoded.features },
    };
  }

  /** Gives the model's memory back. */
  close() {
    this.model.delete();
  }
}
