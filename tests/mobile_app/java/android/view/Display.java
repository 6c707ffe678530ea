package android.view;

import stub.Phone;

/** The screen. */
public final class Display {
  public int getRotation() {
    return Phone.displayRotation;
  }
}
