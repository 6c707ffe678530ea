package org.tensorflow.lite;

/** Types of tensors; those that captioners use. */
public enum DataType {
  FLOAT32,
  INT32,
  UINT8
}
