package org.tensorflow.lite;

/** A tensor of a signature. */
public interface Tensor {
  DataType dataType();

  int numBytes();

  int[] shape();

  String name();
}
