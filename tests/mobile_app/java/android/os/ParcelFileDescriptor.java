package android.os;

import java.io.FileNotFoundException;
import java.nio.file.Path;

/** An open file. Java cannot hand out a number here, so the test's Python opens the file. */
public class ParcelFileDescriptor {
  private static Path last;
  private static String lastMode;

  public ParcelFileDescriptor(Path path, String mode) throws FileNotFoundException {
    last = path;
    lastMode = mode;
  }

  public int detachFd() {
    return stub.Descriptors.open(last.toString(), lastMode);
  }
}
