package org.tensorflow.lite;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** A model in the process that computes, reached by its standard input and output. */
final class RemoteModel {
  private static DataOutputStream requests;
  private static DataInputStream replies;

  private final int handle;
  private final Map<String, Map<String, Tensor>> inputs = new LinkedHashMap<>();
  private final Map<String, Map<String, Tensor>> outputs = new LinkedHashMap<>();

  private RemoteModel(int handle) {
    this.handle = handle;
  }

  static RemoteModel open(String path, int threads) {
    synchronized (RemoteModel.class) {
      try {
        connect();
        requests.writeUTF("open");
        requests.writeUTF(path);
        requests.writeInt(threads);
        DataInputStream reply = reply();
        RemoteModel model = new RemoteModel(reply.readInt());
        for (int left = reply.readInt(); left > 0; left--) {
          String key = reply.readUTF();
          model.inputs.put(key, readTensors(reply));
          model.outputs.put(key, readTensors(reply));
        }
        return model;
      } catch (IOException error) {
        throw new IllegalStateException(error);
      }
    }
  }

  Map<String, byte[]> run(String key, Map<String, byte[]> sent) {
    synchronized (RemoteModel.class) {
      try {
        requests.writeUTF("run");
        requests.writeInt(handle);
        requests.writeUTF(key);
        requests.writeInt(sent.size());
        for (Map.Entry<String, byte[]> input : sent.entrySet()) {
          requests.writeUTF(input.getKey());
          requests.writeInt(input.getValue().length);
          requests.write(input.getValue());
        }
        DataInputStream reply = reply();
        Map<String, byte[]> results = new LinkedHashMap<>();
        for (int left = reply.readInt(); left > 0; left--) {
          String name = reply.readUTF();
          byte[] bytes = new byte[reply.readInt()];
          reply.readFully(bytes);
          results.put(name, bytes);
        }
        return results;
      } catch (IOException error) {
        throw new IllegalStateException(error);
      }
    }
  }

  void close() {
    synchronized (RemoteModel.class) {
      try {
        requests.writeUTF("close");
        requests.writeInt(handle);
        reply();
      } catch (IOException error) {
        throw new IllegalStateException(error);
      }
    }
  }

  String[] signatures() {
    return inputs.keySet().toArray(new String[0]);
  }

  String[] names(String key, boolean ofInputs) {
    return tensors(key, ofInputs).keySet().toArray(new String[0]);
  }

  Tensor tensor(String name, String key, boolean ofInputs) {
    Tensor tensor = tensors(key, ofInputs).get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "Invalid tensor name (" + name + ") for signature (" + key + ").");
    }
    return tensor;
  }

  private Map<String, Tensor> tensors(String key, boolean ofInputs) {
    Map<String, Tensor> tensors = (ofInputs ? inputs : outputs).get(key);
    if (tensors == null) {
      throw new IllegalArgumentException("Invalid signature key " + key);
    }
    return tensors;
  }

  private static Map<String, Tensor> readTensors(DataInputStream reply) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int left = reply.readInt(); left > 0; left--) {
      String name = reply.readUTF();
      DataType type = DataType.valueOf(reply.readUTF());
      int[] shape = new int[reply.readInt()];
      for (int index = 0; index < shape.length; index++) {
        shape[index] = reply.readInt();
      }
      tensors.put(name, new TensorImpl(name, type, shape));
    }
    return tensors;
  }

  /** Sends what has been written; a refusal becomes LiteRT's exception. */
  private static DataInputStream reply() throws IOException {
    requests.flush();
    String refusal = replies.readUTF();
    if (!refusal.isEmpty()) {
      throw new IllegalArgumentException(refusal);
    }
    return replies;
  }

  private static void connect() throws IOException {
    if (requests != null) {
      return;
    }
    Process process =
        new ProcessBuilder(System.getProperty("stub.python"), System.getProperty("stub.server"))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    requests = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    replies = new DataInputStream(new BufferedInputStream(process.getInputStream()));
  }
}
