package org.kivy.android;

import android.app.Activity;

/** The activity that Python runs in. */
public class PythonActivity extends Activity {
  public static PythonActivity mActivity = new PythonActivity();
}
