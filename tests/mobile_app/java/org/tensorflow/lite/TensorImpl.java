package org.tensorflow.lite;

/** As in LiteRT, a class that is not public behind a public interface. */
final class TensorImpl implements Tensor {
  private final String name;
  private final DataType type;
  private final int[] shape;

  TensorImpl(String name, DataType type, int[] shape) {
    this.name = name;
    this.type = type;
    this.shape = shape;
  }

  @Override
  public DataType dataType() {
    return type;
  }

  @Override
  public int numBytes() {
    int count = type == DataType.UINT8 ? 1 : 4;
    for (int side : shape) {
      count *= side;
    }
    return count;
  }

  @Override
  public int[] shape() {
    return shape;
  }

  @Override
  public String name() {
    return name;
  }
}
