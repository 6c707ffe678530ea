package android.content;

/** Takes messages of the system. */
public abstract class BroadcastReceiver {}
