package org.tensorflow.lite;

/** Static facts of the library. */
public final class TensorFlowLite {
  private TensorFlowLite() {}

  public static String runtimeVersion() {
    return "1.4.1";
  }
}
