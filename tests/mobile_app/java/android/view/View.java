package android.view;

import stub.Phone;

/** A rectangle of the window. */
public class View {
  private final int x;
  private final int y;
  private final int width;
  private final int height;

  public View(int x, int y, int width, int height) {
    this.x = x;
    this.y = y;
    this.width = width;
    this.height = height;
  }

  public View findViewById(int id) {
    if (id != 16908290) {
      return null;
    }
    return Phone.edgeToEdge ? new View(0, 0, 1080, 2400) : new View(0, 90, 1080, 2190);
  }

  public void getLocationInWindow(int[] outLocation) {
    outLocation[0] = x;
    outLocation[1] = y;
  }

  public int getWidth() {
    return width;
  }

  public int getHeight() {
    return height;
  }

  public WindowInsets getRootWindowInsets() {
    return new WindowInsets();
  }
}
