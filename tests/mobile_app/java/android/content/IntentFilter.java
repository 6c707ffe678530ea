package android.content;

/** Which messages are wanted. */
public class IntentFilter {
  public final String action;

  public IntentFilter(String action) {
    this.action = action;
  }
}
