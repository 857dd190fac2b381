package org.archipel.relay;

import java.util.OptionalInt;
import org.archipel.engines.Capabilities;
import org.archipel.scheduling.ServiceClass;

/**
 * How an engine reads the field {@code priority} of a body (engines.md §1): the order is made here,
 * and the engine only hears of it, for what it must preempt.
 */
enum EnginePriority {
  /** It does not know the field, or refuses it. */
  NONE,
  /** vLLM with {@code --scheduling-policy priority}. */
  LOWER_FIRST,
  /** SGLang with {@code --enable-priority-scheduling}. */
  HIGHER_FIRST;

  /** What an engine was found to do. */
  static EnginePriority of(Capabilities capabilities) {
    // The probes do not tell yet, and a field that an engine does not expect may be refused.
    return NONE;
  }

  /** The number that tells the engine of a class. */
  OptionalInt of(ServiceClass serviceClass) {
    int patience =
        switch (serviceClass) {
          case INTERACTIVE -> 0;
          case STANDARD -> 1;
          case BATCH -> 2;
        };
    return switch (this) {
      case NONE -> OptionalInt.empty();
      case LOWER_FIRST -> OptionalInt.of(patience);
      case HIGHER_FIRST -> OptionalInt.of(2 - patience);
    };
  }
}
