package android.os;

import stub.Phone;

/** The device and its system. */
public class Build {
  public static final String MANUFACTURER = "Maker";
  public static final String MODEL = "Phone 9";
  public static final String SOC_MODEL = "Chip 3";
  public static final String[] SUPPORTED_ABIS = {"arm64-v8a", "armeabi-v7a"};

  /** Of the system. */
  public static class VERSION {
    public static final String RELEASE = "15";
    // Read once by the app, so that a test of an older system makes a new platform.
    public static int SDK_INT = Phone.api;
  }
}
