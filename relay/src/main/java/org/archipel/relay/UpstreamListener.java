package org.archipel.relay;

/** Hears what happens to one request on its way to an engine. All calls are on its event loop. */
interface UpstreamListener {
  /** The connection stands: the request can be written. */
  void connected(UpstreamConnection connection);

  /** The status and headers are there. */
  void responseHead(EngineHead head);

  /** A piece of the body, without the framing of chunks; valid during the call. */
  void responseContent(byte[] bytes, int start, int end);

  /** The answer ended as it should. The connection is no longer this listener's. */
  void responseEnd();

  /** What was there to read has been read: a good moment to flush. */
  void readComplete();

  /**
   * The connection could not be made, or broke before the answer's end. Called at most once, and
   * nothing is called after it.
   *
   * @param reused whether the connection had served earlier requests and may just have been stale
   */
  void connectionFailed(Problem problem, boolean reused);

  /** What can go wrong with a connection to an engine. */
  enum Problem {
    /** It could not be opened. */
    CONNECT("the engine could not be reached"),
    /** It was closed. */
    CLOSED("the engine closed the connection"),
    /** What came was not HTTP. */
    PROTOCOL("the engine did not answer in HTTP");

    private final String text;

    Problem(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }
}
