package android.os;

/** The device and its system. */
public class Build {
  public static final String MANUFACTURER = "Maker";
  public static final String MODEL = "Phone 9";
  public static final String SOC_MODEL = "Chip 3";
  public static final String[] SUPPORTED_ABIS = {"arm64-v8a", "armeabi-v7a"};

  /** Of the system. */
  public static class VERSION {
    public static final String RELEASE = "15";
    public static int SDK_INT;
  }
}
