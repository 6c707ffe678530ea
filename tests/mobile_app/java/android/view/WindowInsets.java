package android.view;

import android.graphics.Insets;
import android.os.Build;

/** What covers the window: a status bar of 90, a navigation bar of 120, a notch of 100 at the top. */
public final class WindowInsets {
  /** Kinds of bars. */
  public static final class Type {
    public static int systemBars() {
      return 3;
    }

    public static int displayCutout() {
      return 128;
    }
  }

  public Insets getInsets(int typeMask) {
    if (Build.VERSION.SDK_INT < 30) {
      throw new NoSuchMethodError("getInsets");
    }
    return Insets.of(0, (typeMask & 128) != 0 ? 100 : 90, 0, 120);
  }

  public int getSystemWindowInsetLeft() {
    return 0;
  }

  public int getSystemWindowInsetTop() {
    return 90;
  }

  public int getSystemWindowInsetRight() {
    return 0;
  }

  public int getSystemWindowInsetBottom() {
    return 120;
  }
}
