package android.content;

/** What apps and services run in. */
public abstract class Context {}
