package org.archipel.directory;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * How requests that come with a key are scheduled: what counts when they say nothing, and how far
 * they may go when they do. The words are those of the scheduler, which this room does not know.
 *
 * @param serviceClass the class of a request that names none; no more urgent than {@code maxClass}
 * @param maxClass the most urgent class that a request may have
 * @param routing the routing mode of a request that names none; no wider than {@code maxRouting}
 * @param maxRouting the widest routing mode that a request may have
 * @param queue how many requests of one class may wait in the project's line when one of this key
 *     comes, 0 to {@value #MAX_QUEUE}; empty for as many as the site lets wait
 */
public record KeyTerms(
    ServiceClass serviceClass,
    ServiceClass maxClass,
    Routing routing,
    Routing maxRouting,
    OptionalInt queue) {

  /** Classes, from the most urgent to the most patient. */
  public enum ServiceClass {
    INTERACTIVE,
    STANDARD,
    BATCH;

    /** The word for it in the configuration, the API and headers. */
    public String word() {
      return KeyTerms.word(this);
    }

    /**
     * The class of a word that was said for a field.
     *
     * @throws DirectoryException when there is none
     */
    public static ServiceClass of(String field, String word) {
      return parsed(field, word, values());
    }
  }

  /** Routing modes, from the widest to the narrowest. */
  public enum Routing {
    ANY,
    LOCAL_FIRST,
    LOCAL_ONLY;

    /** The word for it in the configuration, the API and headers. */
    public String word() {
      return KeyTerms.word(this);
    }
  }

  /** Of a key with which nothing was agreed. */
  public static final KeyTerms DEFAULT =
      new KeyTerms(
          ServiceClass.STANDARD,
          ServiceClass.INTERACTIVE,
          Routing.ANY,
          Routing.ANY,
          OptionalInt.empty());

  private static final int MAX_QUEUE = 1_000_000;

  /**
   * Checks.
   *
   * @throws DirectoryException when a default goes beyond its limit, or the queue is out of range
   */
  public KeyTerms {
    if (serviceClass.compareTo(maxClass) < 0) {
      throw Names.invalid(
          "class", serviceClass.word(), "no more urgent than max_class, " + maxClass.word());
    }
    if (routing.compareTo(maxRouting) < 0) {
      throw Names.invalid(
          "routing", routing.word(), "no wider than max_routing, " + maxRouting.word());
    }
    if (queue.isPresent() && (queue.getAsInt() < 0 || queue.getAsInt() > MAX_QUEUE)) {
      throw Names.invalid("queue", String.valueOf(queue.getAsInt()), "0 to " + MAX_QUEUE);
    }
  }

  /**
   * The terms that somebody asks for, in words. What is left out follows from what is said: a
   * default is no higher than its limit, and a key that is {@code local-only} stays so.
   *
   * @throws DirectoryException when a word is none of those that there are
   */
  public static KeyTerms asked(
      Optional<String> serviceClass,
      Optional<String> maxClass,
      Optional<String> routing,
      Optional<String> maxRouting,
      OptionalInt queue) {
    ServiceClass classLimit =
        maxClass
            .map(text -> parsed("max_class", text, ServiceClass.values()))
            .orElse(DEFAULT.maxClass);
    Optional<Routing> mode = routing.map(text -> parsed("routing", text, Routing.values()));
    Routing routingLimit =
        maxRouting
            .map(text -> parsed("max_routing", text, Routing.values()))
            .or(() -> mode.filter(Routing.LOCAL_ONLY::equals))
            .orElse(DEFAULT.maxRouting);
    return new KeyTerms(
        serviceClass
            .map(text -> parsed("class", text, ServiceClass.values()))
            .orElse(later(DEFAULT.serviceClass, classLimit)),
        classLimit,
        mode.orElse(later(DEFAULT.routing, routingLimit)),
        routingLimit,
        queue);
  }

  /** The same with no class more urgent than this one. */
  KeyTerms notBeyond(ServiceClass most) {
    return most.compareTo(maxClass) <= 0
        ? this
        : new KeyTerms(later(serviceClass, most), most, routing, maxRouting, queue);
  }

  /** The value of a word that was checked when it was stored. */
  static <E extends Enum<E>> E stored(String text, E[] values) {
    return parsed("stored", text, values);
  }

  private static <E extends Enum<E>> E parsed(String field, String text, E[] values) {
    Function<E, String> word = KeyTerms::word;
    return Words.parsed(field, text, values, word);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static <E extends Enum<E>> E later(E one, E other) {
    return one.compareTo(other) < 0 ? other : one;
  }
}
