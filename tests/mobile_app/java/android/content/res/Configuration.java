package android.content.res;

import stub.Phone;

/** What the person has set. */
public class Configuration {
  public int uiMode = Phone.night ? 0x21 : 0x11;
}
