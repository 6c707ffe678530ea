package android.content;

import java.util.Map;
import java.util.TreeMap;

/** A row of a provider. */
public final class ContentValues {
  final Map<String, String> values = new TreeMap<>();

  public void put(String key, String value) {
    values.put(key, value);
  }

  public void put(String key, byte[] value) {
    values.put(key, "bytes");
  }

  public void put(String key, Integer value) {
    values.put(key, "" + value);
  }

  public void put(String key, Boolean value) {
    values.put(key, "" + value);
  }
}
