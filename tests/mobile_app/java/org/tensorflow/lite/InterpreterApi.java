package org.tensorflow.lite;

import java.util.ArrayList;
import java.util.List;

/** What all interpreters offer. */
public interface InterpreterApi extends AutoCloseable {

  /** Settings. */
  class Options {
    int numThreads = -1;
    final List<Delegate> delegates = new ArrayList<>();

    public Options() {}

    public Options setNumThreads(int numThreads) {
      this.numThreads = numThreads;
      return this;
    }

    public int getNumThreads() {
      return numThreads;
    }

    public Options addDelegate(Delegate delegate) {
      delegates.add(delegate);
      return this;
    }
  }

  @Override
  void close();
}
