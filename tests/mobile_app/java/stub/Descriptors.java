package stub;

/** Opens files for Java, which knows no numbers of open files. */
public final class Descriptors {
  /** Opens a file. */
  public interface Opener {
    int open(String path, String mode);
  }

  private static Opener opener;

  private Descriptors() {}

  public static void set(Opener opener) {
    Descriptors.opener = opener;
  }

  public static int open(String path, String mode) {
    return opener.open(path, mode);
  }
}
