package android.os;

/** Named values. */
public final class Bundle implements Parcelable {}
