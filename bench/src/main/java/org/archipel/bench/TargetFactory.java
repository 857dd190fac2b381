package org.archipel.bench;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Makes targets that stand in front of one upstream. They are not started yet. */
record TargetFactory(Roots roots, InetSocketAddress upstream) {
  Target make(TargetKind kind) throws IOException {
    return switch (kind) {
      case DIRECT -> throw new IllegalArgumentException("the upstream is started first, once");
      case NGINX -> new NginxTarget(upstream);
      case ARCHIPEL_STRICT, ARCHIPEL_RELAXED -> new ArchipelTarget(kind, roots.now(), upstream);
      case ARCHIPEL_BEFORE -> new ArchipelTarget(kind, roots.former(), upstream);
    };
  }
}
