package android.hardware;

import android.graphics.SurfaceTexture;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import stub.Phone;

/** The cameras of `stub.Phone`; frames come from a thread of their own, as from Java's main one. */
public class Camera {
  public static final int CAMERA_ERROR_EVICTED = 2;

  /** Takes frames. */
  public interface PreviewCallback {
    void onPreviewFrame(byte[] data, Camera camera);
  }

  /** Takes errors. */
  public interface ErrorCallback {
    void onError(int error, Camera camera);
  }

  /** Where a camera is and how its sensor lies. */
  public static class CameraInfo {
    public static final int CAMERA_FACING_BACK = 0;
    public static final int CAMERA_FACING_FRONT = 1;
    public int facing;
    public int orientation;
  }

  /** A size in pixels. */
  public class Size {
    public int width;
    public int height;

    public Size(int w, int h) {
      width = w;
      height = h;
    }
  }

  /** Settings; they count when they have been set. */
  public class Parameters {
    private int width;
    private int height;
    private int zoom;
    private String flash = "off";
    private String focus = "auto";

    public List<Size> getSupportedPreviewSizes() {
      return Arrays.asList(new Size(1920, 1080), new Size(176, 144), new Size(640, 480));
    }

    public void setPreviewSize(int width, int height) {
      this.width = width;
      this.height = height;
    }

    public Size getPreviewSize() {
      return new Size(width, height);
    }

    public List<String> getSupportedFocusModes() {
      return Arrays.asList("auto", "continuous-picture");
    }

    public void setFocusMode(String value) {
      focus = value;
    }

    public List<String> getSupportedFlashModes() {
      return front ? null : Arrays.asList("off", "torch");
    }

    public void setFlashMode(String value) {
      if (front) {
        throw new RuntimeException("setParameters failed");
      }
      flash = value;
    }

    public boolean isZoomSupported() {
      return !front;
    }

    public List<Integer> getZoomRatios() {
      return Arrays.asList(100, 150, 200, 400);
    }

    public void setZoom(int value) {
      zoom = value;
    }
  }

  private static Camera current;

  private final boolean front;
  private final Parameters parameters;
  private ErrorCallback errors;
  private boolean hasSurface;
  private boolean previews;
  private boolean released;

  private Camera(boolean front) {
    this.front = front;
    parameters = new Parameters();
  }

  private static String[] all() {
    return Phone.cameras.isEmpty() ? new String[0] : Phone.cameras.split(" ");
  }

  public static int getNumberOfCameras() {
    return all().length;
  }

  public static void getCameraInfo(int cameraId, CameraInfo cameraInfo) {
    String[] parts = all()[cameraId].split(":");
    cameraInfo.facing = parts[0].equals("front") ? 1 : 0;
    cameraInfo.orientation = Integer.parseInt(parts[1]);
  }

  public static Camera open(int cameraId) {
    if (Phone.cameraBusy || Phone.openCameras > 0) {
      throw new RuntimeException("Fail to connect to camera service");
    }
    Phone.openCameras++;
    Phone.log("open " + all()[cameraId]);
    current = new Camera(all()[cameraId].startsWith("front"));
    return current;
  }

  public Parameters getParameters() {
    check();
    return parameters;
  }

  public void setParameters(Parameters params) {
    check();
    Phone.log(
        String.format(
            "set %dx%d zoom %d flash %s focus %s",
            params.width, params.height, params.zoom, params.flash, params.focus));
  }

  public final void setPreviewTexture(SurfaceTexture surfaceTexture) throws IOException {
    check();
    hasSurface = surfaceTexture != null;
  }

  public final void setErrorCallback(ErrorCallback cb) {
    check();
    errors = cb;
  }

  public final void startPreview() {
    check();
    previews = hasSurface;
  }

  public final void setOneShotPreviewCallback(PreviewCallback cb) {
    check();
    if (!previews || cb == null || Phone.cameraStalls) {
      return;
    }
    Thread sender =
        new Thread(
            () -> {
              pause();
              if (!released) {
                cb.onPreviewFrame(Phone.frame(), this);
              }
            });
    sender.setDaemon(true);
    sender.start();
  }

  public final void release() {
    if (!released) {
      released = true;
      Phone.openCameras--;
      Phone.log("release");
    }
  }

  /** Ends the camera that is open as the system does. */
  public static void failWith(int error) {
    Camera camera = current;
    Thread sender = new Thread(() -> camera.errors.onError(error, camera));
    sender.setDaemon(true);
    sender.start();
  }

  private void check() {
    if (released) {
      throw new RuntimeException("Camera is being used after Camera.release() was called");
    }
  }

  private static void pause() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
    }
  }
}
