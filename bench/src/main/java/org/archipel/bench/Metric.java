package org.archipel.bench;

/** A figure of a comparison, with its unit. */
enum Metric {
  REQUESTS_PER_SECOND("requests/s", 0),
  REQUEST_P50("answer p50, ms", 2),
  REQUEST_P99("answer p99, ms", 2),
  CPU_PER_THOUSAND("CPU s per 1000 requests", 4),
  CPU_PER_STREAM("CPU ms per stream", 3),
  CPU_PER_MILLION_CHUNKS("CPU s per million chunks", 2),
  FIRST_BYTE_P50("first byte p50, ms", 3),
  FIRST_CHUNK_P50("first chunk p50, ms", 3),
  FIRST_CHUNK_P99("first chunk p99, ms", 3),
  FIRST_CHUNK_ADDED_P50("first chunk p50 over direct, ms", 3),
  FIRST_CHUNK_ADDED_P99("first chunk p99 over direct, ms", 3),
  CHUNK_P50("chunk one way p50, ms", 3),
  CHUNK_P99("chunk one way p99, ms", 3),
  CHUNKS_PER_SECOND("chunks/s", 0),
  OPEN_STREAMS("open streams", 0),
  RSS("RSS, MB", 0),
  RSS_OVER_IDLE("RSS over idle, MB", 0),
  START("first answer after exec, ms", 0);

  private final String title;
  private final int decimals;

  Metric(String title, int decimals) {
    this.title = title;
    this.decimals = decimals;
  }

  String title() {
    return title;
  }

  int decimals() {
    return decimals;
  }
}
