package android.view;

/** Screens and windows. */
public class WindowManager {
  public Display getDefaultDisplay() {
    return new Display();
  }
}
