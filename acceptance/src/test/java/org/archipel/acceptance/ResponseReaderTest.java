package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResponseReaderTest {
  private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

  @Test
  void bodiesOfEveryFramingAreRead() throws IOException {
    assertThat(read("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd").text()).isEqualTo("abc");
    assertThat(read("HTTP/1.1 200 OK\r\n\r\nuntil close").text()).isEqualTo("until close");
    assertThat(read("HTTP/1.1 204 No Content\r\n\r\nno body").text()).isEmpty();
    RawResponse chunked =
        read(CHUNKED + "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n");
    assertThat(chunked.text()).isEqualTo("abc0123456789");
    assertThat(chunked.chunks()).isEqualTo(2);
  }

  @Test
  void informationalAnswersAreSkippedAndHeadersKeepTheirSpelling() throws IOException {
    RawResponse answer =
        read(CONTINUE + "HTTP/1.1 404 Not Found\r\nX-Odd: a b \r\ncontent-length: 0\r\n\r\n");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.head().headers())
        .containsExactly(
            new RawResponse.Header("X-Odd", "a b"), new RawResponse.Header("content-length", "0"));
    assertThat(answer.header("x-odd")).contains("a b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "<html>\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\n\r\n",
        "HTTP/1.1 200 OK\r\nContent Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: \u0000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n"
      })
  void whatIsNoCorrectHttpIsAFramingError(String bytes) {
    assertThatThrownBy(() -> read(bytes)).isInstanceOf(FramingError.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"})
  void aConnectionClosedBetweenLinesIsTold(String bytes) {
    assertThatThrownBy(() -> read(bytes)).isInstanceOf(EOFException.class);
  }

  private static RawResponse read(String bytes) throws IOException {
    return new ResponseReader(new ByteArrayInputStream(bytes.getBytes(StandardCharsets.ISO_8859_1)))
        .response(false);
  }
}
