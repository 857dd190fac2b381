package org.archipel.simulator;

import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.multipart.Attribute;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.FileUpload;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A multipart form with a sound file.
 *
 * @param fields the text fields
 * @param seconds of sound in the file, none without a file
 */
record AudioForm(Map<String, String> fields, Optional<Long> seconds) {

  static AudioForm read(FullHttpRequest request) {
    if (!isForm(request)) {
      throw ApiError.badRequest("content-type: not a form (expected: multipart/form-data)");
    }
    // In memory: the whole request is there already.
    DefaultHttpDataFactory factory = new DefaultHttpDataFactory(false);
    HttpPostRequestDecoder decoder = decoder(factory, request);
    try {
      Map<String, String> fields = new HashMap<>();
      Optional<Long> seconds = Optional.empty();
      for (InterfaceHttpData part : decoder.getBodyHttpDatas()) {
        if (part instanceof FileUpload file) {
          seconds = Optional.of(Tone.seconds(file.get()));
        } else if (part instanceof Attribute field) {
          fields.put(field.getName(), field.getValue());
        }
      }
      return new AudioForm(fields, seconds);
    } catch (IOException | RuntimeException broken) {
      throw ApiError.badRequest("body: not readable as multipart/form-data");
    } finally {
      decoder.destroy();
      factory.cleanAllHttpData();
    }
  }

  private static boolean isForm(FullHttpRequest request) {
    try {
      return HttpPostRequestDecoder.isMultipart(request);
    } catch (RuntimeException broken) {
      // Netty reads the boundary's first character without asking whether there is one.
      return false;
    }
  }

  private static HttpPostRequestDecoder decoder(
      DefaultHttpDataFactory factory, FullHttpRequest request) {
    try {
      return new HttpPostRequestDecoder(factory, request);
    } catch (RuntimeException broken) {
      throw ApiError.badRequest("body: not readable as multipart/form-data");
    }
  }

  String field(String name, String otherwise) {
    return fields.getOrDefault(name, otherwise);
  }
}
