"""The graphics card is taken only where it gives the answers of the processor."""

from __future__ import annotations

import pytest

from tests.export.web.node import Run

OPEN = """
const { openInterpreterOnGpu } = await import('./accelerator.js');
const bundle = {
  manifest: { state_size: 4, preprocess: { height: 8, width: 8 } },
  vocabulary: { endId: 1, size: 3 },
};
class Tensor {
  constructor(values) { this.values = values; }
  async data() { return this.values; }
  delete() {}
}
const deleted = [];
const model = (name, error) => ({
  signatures: {
    encode: { async run({ image }) {
      const sum = image.values.reduce((a, b) => a + b, 0) % 97;
      return { state: new Tensor(Float32Array.of(sum, 1 + error, 2, 3)) };
    } },
    decode_step: { async run({ token, state }) {
      const value = 1 / (1 + state.values[0] + token.values[0]) + error * data.leap;
      return {
        probabilities: new Tensor(Float32Array.of(0, value, 1 - value)),
        state: new Tensor(state.values.slice()),
      };
    } },
  },
  delete() { deleted.push(name); },
});
const litert = { Tensor, async loadAndCompile(bytes, { accelerator }) {
  if (data.fails) throw new Error('no adapter');
  return model(accelerator, data.error);
} };
const { Interpreter } = await import('./interpreter.js');
const processor = new Interpreter(litert, model('wasm', 0), bundle.manifest);
const found = await openInterpreterOnGpu(litert, bundle, { interpreter: processor });
return { taken: found !== null, deleted };
"""


@pytest.mark.parametrize(
    ("data", "taken"),
    [
        ({"error": 0.0, "leap": 0, "fails": False}, True),
        ({"error": 0.01, "leap": 0, "fails": False}, True),
        ({"error": 5.0, "leap": 0, "fails": False}, False),
        ({"error": 0.01, "leap": 10, "fails": False}, False),
        ({"error": 0.0, "leap": 0, "fails": True}, False),
    ],
)
def test_the_graphics_card_is_used_if_it_agrees(node: Run, data: dict, taken: bool) -> None:
    found = node(OPEN, data)
    assert found["taken"] is taken
    # A model that is not used must not keep its memory; the processor's goes on meanwhile.
    assert found["deleted"] == ([] if taken or data["fails"] else ["webgpu"])
