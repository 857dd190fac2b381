package org.archipel.server.config;

/**
 * Where the site listens.
 *
 * @param api the inference API
 * @param control administration, health; whoever reaches it still needs the administrator's token
 * @param maxBody the largest request body that is taken, in bytes
 */
public record ListenConfig(HostPort api, HostPort control, long maxBody) {
  /** Every interface: the API asks for a key. */
  public static final HostPort DEFAULT_API = new HostPort("0.0.0.0", 8080);

  /** This machine only. */
  public static final HostPort DEFAULT_CONTROL = new HostPort("127.0.0.1", 8081);

  public static final long DEFAULT_MAX_BODY = 64L << 20;

  /** The usual addresses and limit. */
  public static final ListenConfig DEFAULTS =
      new ListenConfig(DEFAULT_API, DEFAULT_CONTROL, DEFAULT_MAX_BODY);

  static ListenConfig read(Section section) {
    try (section) {
      ListenConfig config =
          new ListenConfig(
              section.find("api", Forms.ADDRESS).orElse(DEFAULT_API),
              section.find("control", Forms.ADDRESS).orElse(DEFAULT_CONTROL),
              section
                  .find("max_body", Forms.bytes(1024, Integer.MAX_VALUE / 2))
                  .orElse(DEFAULT_MAX_BODY));
      if (config.api.port() != 0 && config.api.equals(config.control)) {
        section.report("control", config.control + " (expected: another address than listen.api)");
      }
      return config;
    }
  }

  /** The same with other addresses. */
  public ListenConfig with(HostPort otherApi, HostPort otherControl) {
    return new ListenConfig(otherApi, otherControl, maxBody);
  }
}
