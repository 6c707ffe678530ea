package org.tensorflow.lite;

import java.io.File;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** LiteRT's interpreter with its signatures and rules; another process does the computing. */
public final class Interpreter implements InterpreterApi {

  /** Settings. */
  public static class Options extends InterpreterApi.Options {
    Boolean useXnnpack;

    public Options() {}

    @Override
    public Options setNumThreads(int numThreads) {
      super.setNumThreads(numThreads);
      return this;
    }

    @Override
    public Options addDelegate(Delegate delegate) {
      super.addDelegate(delegate);
      return this;
    }

    public Options setUseXNNPACK(boolean useXnnpack) {
      this.useXnnpack = useXnnpack;
      return this;
    }
  }

  private RemoteModel model;
  private final Options options;

  public Interpreter(File modelFile, Options options) {
    this.options = options;
    for (Delegate delegate : options.delegates) {
      if (delegate.getNativeHandle() == 0) {
        throw new IllegalArgumentException(
            "Internal error: Failed to apply delegate: no kernel\nNode number 3 failed to prepare.");
      }
    }
    model = RemoteModel.open(modelFile.getAbsolutePath(), options.numThreads);
  }

  public Interpreter(ByteBuffer byteBuffer, Options options) {
    throw new UnsupportedOperationException("a file is mapped, not copied");
  }

  public void runSignature(
      Map<String, Object> inputs, Map<String, Object> outputs, String signatureKey) {
    RemoteModel open = opened();
    if (inputs == null || inputs.isEmpty()) {
      throw new IllegalArgumentException("Input error: Inputs should not be null or empty.");
    }
    Map<String, byte[]> sent = new LinkedHashMap<>();
    for (Map.Entry<String, Object> input : inputs.entrySet()) {
      Tensor tensor = getInputTensorFromSignature(input.getKey(), signatureKey);
      ByteBuffer source = (ByteBuffer) input.getValue();
      if (source.capacity() != tensor.numBytes()) {
        throw new IllegalArgumentException(
            String.format(
                "Cannot copy to a TensorFlowLite tensor (%s) with %d bytes from a Java Buffer with"
                    + " %d bytes.",
                tensor.name(), tensor.numBytes(), source.capacity()));
      }
      // A buffer that has been read already would leave old values in the tensor.
      byte[] bytes = new byte[tensor.numBytes()];
      source.get(bytes);
      sent.put(input.getKey(), bytes);
    }
    Map<String, byte[]> results = open.run(signatureKey, sent);
    for (Map.Entry<String, Object> output : outputs.entrySet()) {
      byte[] bytes = results.get(output.getKey());
      if (bytes == null) {
        throw new IllegalArgumentException("Invalid output name " + output.getKey());
      }
      for (Delegate delegate : options.delegates) {
        // The bytes of a wrong float: sign, exponent and all.
        if (delegate.getNativeHandle() == 2) {
          for (int index = 3; index < bytes.length; index += 4) {
            bytes[index] ^= (byte) 0x80;
          }
        }
      }
      ((ByteBuffer) output.getValue()).put(bytes);
    }
  }

  public String[] getSignatureKeys() {
    return opened().signatures();
  }

  public String[] getSignatureInputs(String signatureKey) {
    return opened().names(signatureKey, true);
  }

  public String[] getSignatureOutputs(String signatureKey) {
    return opened().names(signatureKey, false);
  }

  public Tensor getInputTensorFromSignature(String inputName, String signatureKey) {
    return opened().tensor(inputName, signatureKey, true);
  }

  public Tensor getOutputTensorFromSignature(String outputName, String signatureKey) {
    return opened().tensor(outputName, signatureKey, false);
  }

  @Override
  public void close() {
    if (model != null) {
      model.close();
      model = null;
    }
  }

  private RemoteModel opened() {
    if (model == null) {
      throw new IllegalStateException(
          "Internal error: The Interpreter has already been closed.");
    }
    return model;
  }
}
