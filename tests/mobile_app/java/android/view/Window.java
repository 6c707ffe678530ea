package android.view;

import stub.Phone;

/** A window, whose parts only the thread `ui` may touch. */
public class Window {
  private final View decor = new View(0, 0, 1080, 2400);

  public void addFlags(int flags) {
    check();
    Phone.windowFlags |= flags;
  }

  public void clearFlags(int flags) {
    check();
    Phone.windowFlags &= ~flags;
  }

  public View getDecorView() {
    return decor;
  }

  private static void check() {
    if (!Thread.currentThread().getName().equals("ui")) {
      throw new IllegalStateException("Only the original thread that created a view hierarchy can"
          + " touch its views.");
    }
  }
}
