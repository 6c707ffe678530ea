package org.tensorflow.lite.gpu;

import java.io.Closeable;

/** Which devices' GPUs are supported. */
public class CompatibilityList implements Closeable {
  public boolean isDelegateSupportedOnThisDevice() {
    return !"unsupported".equals(System.getProperty("stub.gpu"));
  }

  @Override
  public void close() {}
}
