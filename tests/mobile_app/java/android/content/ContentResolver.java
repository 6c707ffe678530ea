package android.content;

import android.net.Uri;
import android.os.ParcelFileDescriptor;
import java.io.FileNotFoundException;
import stub.Phone;

/** The way to other apps' files. */
public class ContentResolver {
  public final Uri insert(Uri url, ContentValues values) {
    Phone.log("insert " + url + " " + values.values);
    return Uri.parse("content://downloads/" + values.values.get("_display_name"));
  }

  public final ParcelFileDescriptor openFileDescriptor(Uri uri, String mode)
      throws FileNotFoundException {
    String name = uri.toString().replaceAll(".*/", "");
    if (mode.equals("r") && !Phone.file(name).toFile().exists()) {
      throw new FileNotFoundException(name);
    }
    return new ParcelFileDescriptor(Phone.file(name), mode);
  }
}
