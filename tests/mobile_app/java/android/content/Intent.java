package android.content;

import android.net.Uri;
import android.os.Parcelable;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;

/** A request to the system, or its answer. */
public class Intent implements Parcelable {
  private final String action;
  private String type;
  private Uri data;
  private int flags;
  private final Map<String, Object> extras = new TreeMap<>();

  public Intent() {
    this((String) null);
  }

  public Intent(String action) {
    this.action = action;
  }

  public Intent(Intent o) {
    this(o.action);
  }

  public static Intent createChooser(Intent target, CharSequence title) {
    return new Intent("android.intent.action.CHOOSER")
        .putExtra("android.intent.extra.INTENT", target);
  }

  public Intent setType(String type) {
    this.type = type;
    return this;
  }

  public Intent setData(Uri data) {
    this.data = data;
    return this;
  }

  public Uri getData() {
    return data;
  }

  public Intent addCategory(String category) {
    extras.put("category", category);
    return this;
  }

  public Intent addFlags(int flags) {
    this.flags |= flags;
    return this;
  }

  public Intent putExtra(String name, int value) {
    extras.put(name, value);
    return this;
  }

  public Intent putExtra(String name, boolean value) {
    extras.put(name, value);
    return this;
  }

  public Intent putExtra(String name, byte[] value) {
    extras.put(name, "bytes");
    return this;
  }

  public Intent putExtra(String name, String[] value) {
    extras.put(name, "texts");
    return this;
  }

  public Intent putExtra(String name, String value) {
    extras.put(name, value);
    return this;
  }

  public Intent putExtra(String name, CharSequence value) {
    extras.put(name, value);
    return this;
  }

  public Intent putExtra(String name, Parcelable value) {
    extras.put(name, value);
    return this;
  }

  public Intent putParcelableArrayListExtra(String name, ArrayList<? extends Parcelable> value) {
    extras.put(name, value);
    return this;
  }

  public int getIntExtra(String name, int defaultValue) {
    return (Integer) extras.getOrDefault(name, defaultValue);
  }

  @Override
  public String toString() {
    return String.format("%s type=%s data=%s flags=%d %s", action, type, data, flags, extras);
  }
}
