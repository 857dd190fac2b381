package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MultipartScannerTest {
  private static final String TYPE = "multipart/form-data; boundary=B";

  private static Bytes bytes(String body) {
    byte[] all = body.getBytes(StandardCharsets.ISO_8859_1);
    return new Bytes() {
      @Override
      public int length() {
        return all.length;
      }

      @Override
      public void get(int index, byte[] to, int at, int count) {
        System.arraycopy(all, index, to, at, count);
      }
    };
  }

  private static String part(String disposition, String value) {
    return "--B\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + value + "\r\n";
  }

  private static String model(String value) {
    return part("name=\"model\"", value);
  }

  private static RequestEnvelope scan(String body) throws RefusedException {
    return MultipartScanner.scan(bytes(body), TYPE);
  }

  private static Failure refusal(String body, String type) {
    return catchThrowableOfType(
            RefusedException.class, () -> MultipartScanner.scan(bytes(body), type))
        .failure();
  }

  @Test
  void fieldsAreFoundWhereverTheyStandAtTheEdgesOfWindows() throws Exception {
    Random random = new Random(5);
    for (int length = 16_200; length < 16_500; length++) {
      byte[] sound = new byte[length];
      random.nextBytes(sound);
      String file = part("name=\"file\"; filename=\"a.wav\"", latin(sound));
      String body = file + model("m-1") + part("name=\"stream\"", "true") + file + "--B--\r\n";
      RequestEnvelope envelope = scan(body);

      assertThat(envelope.model()).isEqualTo("m-1");
      assertThat(envelope.stream()).isTrue();
      assertThat(body.substring(envelope.modelSpan().start(), envelope.modelSpan().end()))
          .isEqualTo("m-1");
    }
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Test
  void almostBoundariesInAFileAreNone() throws Exception {
    String file = part("name=\"file\"", "\r\n--A\r\n--\r\n-B--B\r\r\n--");
    assertThat(scan(file + model("m") + "--B--").model()).isEqualTo("m");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data; boundary=\"B\"",
        "Multipart/Form-Data;boundary=B",
        "multipart/form-data; charset=utf-8; Boundary=B ; x=y"
      })
  void boundariesComeInEveryDress(String type) throws Exception {
    assertThat(MultipartScanner.scan(bytes(model("m") + "--B--"), type).model()).isEqualTo("m");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name=\"model\"",
        "name=model",
        "filename=\"x\"; name=\"model\"",
        "NAME=\"model\"",
        "filename=\"; name=x;\"; name=\"model\"",
        "filename=\"C:\\\\a.wav\"; name=\"model\"",
        "x; y=; name=\"model\"; z"
      })
  void namesAreReadAsOthersReadThem(String disposition) throws Exception {
    assertThat(scan(part(disposition, "m") + "--B--").model()).isEqualTo("m");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "filename=\"; name=model;\"; name=\"file\"",
        "filename=\"name=model\"; name=\"file\"",
        "xname=\"model\"",
        "name=\"a;name=model\"",
        "x"
      })
  void theNameOfAFileIsNotTheNameOfAField(String disposition) {
    assertThat(refusal(part(disposition, "m") + "--B--", TYPE).code())
        .isEqualTo(ErrorCode.MODEL_REQUIRED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name*=utf-8''model",
        "name=\"file\"; name*=utf-8''model",
        "name=\"model\"; name=\"file\"",
        "filename=\"; name=\\\"x\\\"\"; name=\"model\"",
        "name=\"model",
        "name=\"model\"\r\ncontent-disposition: form-data; name=\"file\""
      })
  void namesThatParsersReadInDifferentWaysAreRefused(String disposition) {
    assertThat(refusal(part(disposition, "m") + "--B--", TYPE).code())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void missingAndEmptyModelsAreTold() {
    for (String body : new String[] {model("") + "--B--", part("name=\"a\"", "b") + "--B--"}) {
      assertThat(refusal(body, TYPE).code()).isEqualTo(ErrorCode.MODEL_REQUIRED);
    }
    assertThat(refusal("--B--", TYPE).code()).isEqualTo(ErrorCode.MODEL_REQUIRED);
    assertThat(refusal(model("a") + model("b") + "--B--", TYPE).message())
        .isEqualTo("model: stands twice (expected: once)");
  }

  @Test
  void bodiesThatAreNotWellFormedAreRefused() {
    String[] bodies = {
      "",
      "x",
      "--B",
      "--B\r\n",
      model("m"),
      model("m") + "--B",
      model("m") + "--",
      "--B\r\nContent-Disposition: form-data; name=\"model\"\r\nm\r\n--B--",
      model("m".repeat(2000)) + "--B--",
      "--B\r\nx: " + "y".repeat(5000) + "\r\n\r\nv\r\n" + model("m") + "--B--",
      part("name=\"a\"", "b").repeat(201) + model("m") + "--B--"
    };
    for (String body : bodies) {
      assertThat(refusal(body, TYPE).code()).as(body).isEqualTo(ErrorCode.INVALID_REQUEST);
    }
    for (String type :
        new String[] {
          "multipart/form-data",
          "multipart/form-data; boundary=",
          "multipart/form-data; boundary=\"B",
          "multipart/form-data; boundary=" + "B".repeat(71)
        }) {
      assertThat(refusal(model("m") + "--B--", type).code())
          .as(type)
          .isEqualTo(ErrorCode.INVALID_REQUEST);
    }
  }

  @Test
  void truncatedBodiesNeverPass() throws Exception {
    String body = part("name=\"file\"", "abc") + model("m") + "--B--";
    for (int length = 0; length < body.length(); length++) {
      String cut = body.substring(0, length);
      assertThat(refusal(cut, TYPE).code()).as(cut).isEqualTo(ErrorCode.INVALID_REQUEST);
    }
    assertThat(scan(body).model()).isEqualTo("m");
  }

  @Test
  void aBodyMayBeginWithSomethingElse() throws Exception {
    assertThat(scan("preamble\r\n" + model("m") + "--B--\r\nepilogue").model()).isEqualTo("m");
    assertThat(scan("\r\n" + model("m") + "--B--").model()).isEqualTo("m");
  }
}
