package org.tensorflow.lite.gpu;

import org.tensorflow.lite.Delegate;

/** The delegate of a GPU whose behavior the property `stub.gpu` says. */
public class GpuDelegate implements Delegate {
  private static int open;

  private long handle = 1;

  public GpuDelegate() {
    switch (System.getProperty("stub.gpu", "works")) {
      case "refuses":
        handle = 0;
        break;
      case "errs":
        handle = 2;
        break;
      default:
    }
    open++;
  }

  /** How many have not been closed. */
  public static int countOpen() {
    return open;
  }

  @Override
  public long getNativeHandle() {
    return handle;
  }

  @Override
  public void close() {
    open--;
  }
}
