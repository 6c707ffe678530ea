package stub;

import android.content.Intent;
import android.os.Build;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The phone that the stub classes are parts of: what tests set, and what the app did to it. */
public final class Phone {
  private Phone() {}

  // What the phone is and has; tests change it.
  public static String cameras;
  public static boolean cameraBusy;
  public static boolean cameraStalls;
  public static int displayRotation;
  public static int batteryLevel;
  public static int batteryPlugged;
  public static int thermal;
  public static boolean powerSave;
  public static boolean night;
  public static boolean mayExplain;
  public static boolean edgeToEdge;
  public static boolean noApps;
  public static int speechStatus;
  public static String voices;
  public static String folder;
  private static byte[] frame;

  // What the app did.
  private static final List<String> LOG = new ArrayList<>();
  public static Intent started;
  public static int openCameras;
  public static int windowFlags;

  /** Makes a new phone of Android 15 with a camera on the back and one on the front. */
  public static synchronized void reset() {
    setApi(35);
    cameras = "back:90 front:270";
    cameraBusy = cameraStalls = powerSave = night = mayExplain = noApps = false;
    edgeToEdge = true;
    displayRotation = thermal = batteryPlugged = speechStatus = windowFlags = 0;
    batteryLevel = 80;
    voices = "en es";
    folder = "";
    frame = new byte[0];
    started = null;
    openCameras = 0;
    LOG.clear();
  }

  /** Makes it a phone of another Android. */
  public static void setApi(int api) {
    Build.VERSION.SDK_INT = api;
  }

  public static synchronized void log(String line) {
    LOG.add(line);
  }

  public static synchronized String log() {
    return String.join("\n", LOG);
  }

  public static synchronized void setFrame(byte[] bytes) {
    frame = bytes;
  }

  public static synchronized byte[] frame() {
    return frame.clone();
  }

  /** A file that another app offers or takes. */
  public static Path file(String name) {
    return Path.of(folder, name);
  }
}
