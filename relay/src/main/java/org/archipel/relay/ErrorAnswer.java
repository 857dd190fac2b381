package org.archipel.relay;

import java.io.ByteArrayOutputStream;
import org.archipel.ledger.UsageRecord;

/** An engine's error answer: gathered, and told to the client in the one shape of errors. */
final class ErrorAnswer implements Answer {
  private static final int MAX_BODY = 64 * 1024;

  private final EngineLeg leg;
  private final Exchange exchange;
  private final int status;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream(512);

  ErrorAnswer(EngineLeg leg, Exchange exchange, int status) {
    this.leg = leg;
    this.exchange = exchange;
    this.status = status;
  }

  @Override
  public void content(byte[] bytes, int start, int end) {
    body.write(bytes, start, Math.min(end - start, MAX_BODY - body.size()));
  }

  @Override
  public void readComplete() {
    // Nothing is sent before the end.
  }

  @Override
  public void end() {
    EngineError error = EngineError.parse(body.toByteArray());
    if (status == 401 || status == 403 || status == 407) {
      exchange.fail(
          Failure.of(ErrorCode.ENGINE_FAILED, "the engine refused this site's credentials"));
    } else if (status >= 500) {
      String said = error.message().map(message -> ": " + message).orElse("");
      leg.broken(
          status, Failure.of(ErrorCode.ENGINE_FAILED, "the engine answered " + status + said));
    } else {
      exchange.rejectedByEngine(status, error);
    }
  }

  @Override
  public UsageRecord.Tokens tokens(long estimatedPrompt) {
    return UsageRecord.Tokens.NONE;
  }

  @Override
  public long cachedTokens() {
    return -1;
  }

  @Override
  public long audioMillis() {
    return 0;
  }

  @Override
  public void release() {
    // The body lies on the heap.
  }
}
