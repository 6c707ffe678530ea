package android.app;

import android.content.BroadcastReceiver;
import android.content.ContentResolver;
import android.content.Context;
import android.content.Intent;
import android.content.IntentFilter;
import android.content.res.Resources;
import android.os.PowerManager;
import android.view.Window;
import android.view.WindowManager;
import stub.Phone;

/** The app's window and its way to the system. */
public class Activity extends Context {
  private final Window window = new Window();

  public WindowManager getWindowManager() {
    return new WindowManager();
  }

  public Window getWindow() {
    return window;
  }

  public Resources getResources() {
    return new Resources();
  }

  public ContentResolver getContentResolver() {
    return new ContentResolver();
  }

  public String getPackageName() {
    return "org.example.app";
  }

  public Object getSystemService(String name) {
    return name.equals("power") ? new PowerManager() : null;
  }

  public Intent registerReceiver(BroadcastReceiver receiver, IntentFilter filter) {
    if (Phone.batteryLevel < 0) {
      return null;
    }
    return new Intent(filter.action)
        .putExtra("level", Phone.batteryLevel)
        .putExtra("scale", 100)
        .putExtra("plugged", Phone.batteryPlugged)
        .putExtra("temperature", 315);
  }

  public boolean shouldShowRequestPermissionRationale(String permission) {
    return Phone.mayExplain;
  }

  public final void runOnUiThread(Runnable action) {
    Thread thread = new Thread(action, "ui");
    thread.setDaemon(true);
    thread.start();
  }

  public void startActivity(Intent intent) {
    start(intent);
  }

  public void startActivityForResult(Intent intent, int requestCode) {
    start(intent);
    Phone.log("request " + requestCode);
  }

  private void start(Intent intent) {
    if (Phone.noApps) {
      throw new RuntimeException("android.content.ActivityNotFoundException: no app");
    }
    Phone.started = intent;
  }
}
