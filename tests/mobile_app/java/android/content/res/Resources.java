package android.content.res;

/** The app's resources. */
public class Resources {
  public Configuration getConfiguration() {
    return new Configuration();
  }
}
