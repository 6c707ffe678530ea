package android.os;

/** What goes from one process to another. */
public interface Parcelable {}
