package android.os;

import stub.Phone;

/** Heat and saving. */
public final class PowerManager {
  public int getCurrentThermalStatus() {
    return Phone.thermal;
  }

  public boolean isPowerSaveMode() {
    return Phone.powerSave;
  }
}
