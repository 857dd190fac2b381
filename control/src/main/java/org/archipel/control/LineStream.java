package org.archipel.control;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer of any length, line by line: some kilobytes wait for the caller, and whoever writes
 * waits with them. For one thread.
 */
final class LineStream {
  private static final Logger LOG = LoggerFactory.getLogger(LineStream.class);
  private static final int BUFFERED = 64 * 1024;

  private final HttpResponseWriter response;
  private final StringBuilder waiting = new StringBuilder();

  private LineStream(HttpResponseWriter response) {
    this.response = response;
  }

  /** The caller has gone: there is nobody to write for. */
  private static final class Gone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Gone() {
      super("the caller has gone");
    }
  }

  /**
   * Answers with what is written.
   *
   * @param threads on which it is written: it blocks
   * @param fileName what a browser saves it as
   */
  static HttpResponse answer(
      Call call, MediaType type, String fileName, Executor threads, Consumer<LineStream> lines) {
    call.context().clearRequestTimeout();
    HttpResponseWriter response = HttpResponse.streaming();
    response.write(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(type)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
            .set(HttpHeaderNames.CONTENT_DISPOSITION, "attachment; filename=\"" + fileName + "\"")
            .build());
    threads.execute(() -> write(response, lines));
    return response;
  }

  private static void write(HttpResponseWriter response, Consumer<LineStream> lines) {
    try {
      LineStream stream = new LineStream(response);
      lines.accept(stream);
      stream.flush();
      response.close();
    } catch (Gone gone) {
      response.close(gone);
    } catch (RuntimeException e) {
      // The caller sees that the answer breaks off: never a list that looks whole and is not.
      LOG.error("an export broke off", e);
      response.close(e);
    }
  }

  /** Writes a line, with its end. */
  void line(String line) {
    waiting.append(line);
    if (waiting.length() >= BUFFERED) {
      flush();
    }
  }

  private void flush() {
    HttpData data = HttpData.of(StandardCharsets.UTF_8, waiting);
    waiting.setLength(0);
    if (!response.tryWrite(data)) {
      throw new Gone();
    }
    try {
      response.whenConsumed().join();
    } catch (CompletionException e) {
      throw new Gone();
    }
  }
}
