package org.tensorflow.lite;

import java.io.Closeable;

/** Something that runs a part of the graph. */
public interface Delegate extends Closeable {
  long getNativeHandle();

  @Override
  default void close() {}
}
