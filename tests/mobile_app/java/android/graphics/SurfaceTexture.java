package android.graphics;

/** Where a camera draws. */
public class SurfaceTexture {
  public SurfaceTexture(int texName) {}

  public SurfaceTexture(boolean singleBufferMode) {
    throw new IllegalStateException("a texture is wanted by its number");
  }

  public void release() {}
}
