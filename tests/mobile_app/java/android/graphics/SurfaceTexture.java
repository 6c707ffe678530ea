package android.graphics;

/** Where a camera draws. */
public class SurfaceTexture {
  public SurfaceTexture(int texName) {}

  public void release() {}
}
