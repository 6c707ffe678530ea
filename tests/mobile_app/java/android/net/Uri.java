package android.net;

import android.os.Parcelable;

/** An address. */
public class Uri implements Parcelable {
  private final String text;

  private Uri(String text) {
    this.text = text;
  }

  public static Uri parse(String uriString) {
    return new Uri(uriString);
  }

  public static Uri fromParts(String scheme, String ssp, String fragment) {
    return new Uri(scheme + ":" + ssp);
  }

  @Override
  public String toString() {
    return text;
  }
}
