package org.archipel.server.config;

/**
 * Where the site listens.
 *
 * @param api the inference API
 * @param control administration, health; whoever reaches it still needs the administrator's token
 * @param maxBody the largest request body that is taken, in bytes
 * @param maxBodies what all bodies together may take while they are held, in bytes
 */
public record ListenConfig(HostPort api, HostPort control, int maxBody, long maxBodies) {
  /** Every interface: the API asks for a key. */
  public static final HostPort DEFAULT_API = new HostPort("0.0.0.0", 8080);

  /** This machine only. */
  public static final HostPort DEFAULT_CONTROL = new HostPort("127.0.0.1", 8081);

  public static final int DEFAULT_MAX_BODY = 64 << 20;

  public static final long DEFAULT_MAX_BODIES = 512L << 20;

  /** The usual addresses and limit. */
  public static final ListenConfig DEFAULTS =
      new ListenConfig(DEFAULT_API, DEFAULT_CONTROL, DEFAULT_MAX_BODY, DEFAULT_MAX_BODIES);

  static ListenConfig read(Section section) {
    try (section) {
      ListenConfig config =
          new ListenConfig(
              section.find("api", Forms.ADDRESS).orElse(DEFAULT_API),
              section.find("control", Forms.ADDRESS).orElse(DEFAULT_CONTROL),
              section
                  .find("max_body", Forms.bytes(1024, 1L << 30))
                  .map(Long::intValue)
                  .orElse(DEFAULT_MAX_BODY),
              section.find("max_bodies", Forms.bytes(1024, 1L << 40)).orElse(DEFAULT_MAX_BODIES));
      if (config.maxBodies < config.maxBody) {
        section.report(
            "max_bodies", config.maxBodies + " (expected: >= max_body, " + config.maxBody + ")");
      }
      if (config.api.port() != 0 && config.api.equals(config.control)) {
        section.report("control", config.control + " (expected: another address than listen.api)");
      }
      return config;
    }
  }

  /** The same with other addresses. */
  public ListenConfig with(HostPort otherApi, HostPort otherControl) {
    return new ListenConfig(otherApi, otherControl, maxBody, maxBodies);
  }
}
