package org.archipel.federation.trust;

import java.util.Map;
import java.util.Optional;
import org.archipel.federation.trust.SiteKeys.SiteKeyState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the consortium says of this site: its marks, which others want to see, and its keys, which
 * must be confirmed before they sign. Thread-safe; blocks.
 */
final class OwnStanding {
  private static final Logger LOG = LoggerFactory.getLogger(OwnStanding.class);

  private final TrustStore store;
  private final TrustOptions options;
  private final SiteKeys keys;
  private volatile Map<String, String> marks;

  OwnStanding(TrustStore store, TrustOptions options, SiteKeys keys) {
    this.store = store;
    this.options = options;
    this.keys = keys;
    this.marks = Map.copyOf(store.ownMarks());
  }

  /** The marks that this site may show, by type. */
  Map<String, String> marks() {
    return marks;
  }

  /** Asks the anchor which marks this site has. */
  void renewMarks(AnchorTalk anchor, OwnStatements statements) throws InterruptedException {
    if (options.isAnchor()) {
      return;
    }
    Map<String, String> now = anchor.ownMarks();
    boolean others = !now.keySet().equals(marks.keySet());
    store.keepOwn(now);
    marks = Map.copyOf(now);
    if (others) {
      LOG.info("this site has {} marks of the consortium", now.size());
      // Those who looked before it could show them may look again.
      anchor.handOver(statements.refresh(true));
    }
  }

  /** Goes on with a rotation of keys, if one is under way. */
  void rotate(AnchorTalk anchor, Consortium consortium, OwnStatements statements)
      throws InterruptedException {
    Optional<SiteKeyState> next = keys.announced();
    boolean changed = keys.forget();
    if (next.isPresent()) {
      boolean confirmed = options.isAnchor() || confirmed(anchor, next.get().kid(), statements);
      changed |= confirmed && keys.activate();
    }
    if (changed) {
      handOver(anchor, consortium, statements);
    }
  }

  /** Tells the anchor, or as the anchor the others, of this site's keys. */
  void handOver(AnchorTalk anchor, Consortium consortium, OwnStatements statements)
      throws InterruptedException {
    if (options.isAnchor()) {
      anchor.forgetConfiguration();
      consortium.ownKeysChanged(keys.published());
    } else {
      anchor.handOver(statements.refresh(false));
    }
  }

  private boolean confirmed(AnchorTalk anchor, String kid, OwnStatements statements)
      throws InterruptedException {
    try {
      if (anchor.aboutThisSite().keys().getKeyByKeyId(kid) != null) {
        return true;
      }
      anchor.handOver(statements.refresh(false));
      return false;
    } catch (DistrustException e) {
      // Who is no member is known to nobody: there is nobody to wait for.
      return e.reason() == Distrust.NOT_A_MEMBER;
    }
  }
}
