/** SHA-256 in hexadecimal; in own code where a plain `http:` address keeps Web Crypto away. */

/** @param {Uint8Array} bytes @returns {Promise<string>} */
export async function sha256(bytes) {
  const subtle = globalThis.crypto?.subtle;
  const digest = subtle ? await subtle.digest('SHA-256', /** @type {BufferSource} */ (bytes)) : sha256InScript(bytes).buffer;
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const ROUNDS = 64;

/** First 32 bits of the fractional parts of roots of the first primes (FIPS 180-4). */
function constants() {
  const primes = [];
  for (let n = 2; primes.length < ROUNDS; n += 1) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  const fraction = (root) => Math.floor((root % 1) * 2 ** 32);
  return {
    state: primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime))),
    keys: Uint32Array.from(primes, (prime) => fraction(Math.cbrt(prime))),
  };
}

/** @param {Uint8Array} bytes @returns {Uint8Array} 32 bytes. */
export function sha256InScript(bytes) {
  const { state, keys } = constants();
  const hash = Uint32Array.from(state);
  const whole = bytes.length - (bytes.length % 64);
  const tail = new Uint8Array(bytes.length - whole < 56 ? 64 : 128);
  tail.set(bytes.subarray(whole));
  tail[bytes.length - whole] = 0x80;
  const end = new DataView(tail.buffer);
  end.setUint32(tail.length - 8, Math.floor(bytes.length / 2 ** 29));
  end.setUint32(tail.length - 4, (bytes.length * 8) >>> 0);
  const words = new Uint32Array(ROUNDS);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < whole; at += 64) block(view, at, hash, words, keys);
  for (let at = 0; at < tail.length; at += 64) block(end, at, hash, words, keys);
  const out = new DataView(new ArrayBuffer(32));
  hash.forEach((word, index) => out.setUint32(index * 4, word));
  return new Uint8Array(out.buffer);
}

/** @param {number} word @param {number} bits @returns {number} */
function rotate(word, bits) {
  return (word >>> bits) | (word << (32 - bits));
}

/**
 * @param {DataView} view
 * @param {number} at
 * @param {Uint32Array} hash Changed in place.
 * @param {Uint32Array} words Room for 64.
 * @param {Uint32Array} keys
 */
function block(view, at, hash, words, keys) {
  for (let i = 0; i < ROUNDS; i += 1) {
    if (i < 16) {
      words[i] = view.getUint32(at + i * 4);
      continue;
    }
    const x = words[i - 15];
    const y = words[i - 2];
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    words[i] = words[i - 16] + s0 + words[i - 7] + s1;
  }
  let [a, b, c, d, e, f, g, h] = hash;
  for (let i = 0; i < ROUNDS; i += 1) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + keys[i] + words[i]) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    hash[index] += word;
  });
}
