package android.speech.tts;

import android.content.Context;
import android.os.Bundle;
import java.util.Arrays;
import java.util.Locale;
import stub.Phone;

/** Reads aloud; ready some time after it was made. */
public class TextToSpeech {
  /** Told when the engine is ready. */
  public interface OnInitListener {
    void onInit(int status);
  }

  public TextToSpeech(Context context, OnInitListener listener) {
    Thread starter =
        new Thread(
            () -> {
              try {
                Thread.sleep(30);
              } catch (InterruptedException error) {
                return;
              }
              listener.onInit(Phone.speechStatus);
            });
    starter.setDaemon(true);
    starter.start();
  }

  public int setLanguage(Locale loc) {
    boolean known = Arrays.asList(Phone.voices.split(" ")).contains(loc.getLanguage());
    if (known) {
      Phone.log("voice " + loc.getLanguage());
    }
    return known ? 0 : -2;
  }

  public int speak(CharSequence text, int queueMode, Bundle params, String utteranceId) {
    Phone.log("speak " + text + " " + queueMode);
    return 0;
  }

  public int stop() {
    Phone.log("stop");
    return 0;
  }
}
