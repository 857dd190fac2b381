package org.archipel.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Logs go to standard error: a line of JSON each, or plain text when a person looks at a terminal.
 * Set up in code, because reading an XML file costs a tenth of the whole start.
 *
 * <p>{@code ARCHIPEL_LOG} is {@code json} or {@code plain}; {@code ARCHIPEL_LOG_LEVEL} is the level
 * of Archipel's own lines.
 */
public final class Logs extends ContextAwareBase implements Configurator {
  /** Libraries whose INFO is noise to an operator. */
  private static final List<String> QUIET =
      List.of("io.netty", "com.linecorp.armeria", "com.zaxxer.hikari", "org.flywaydb", "org.jdbi");

  /** Called by Logback, which finds this class as a service. */
  public Logs() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setTarget("System.err");
    appender.setEncoder(plain() ? text(context) : json(context));
    appender.start();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
    QUIET.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
    context.getLogger("org.archipel").setLevel(level());
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static boolean plain() {
    Optional<String> wish = Optional.ofNullable(System.getenv("ARCHIPEL_LOG"));
    // The launcher knows whether standard error is a terminal; Java only knows of its input.
    return wish.map("plain"::equals).orElse(Boolean.getBoolean("archipel.terminal"));
  }

  private static Level level() {
    String wish = Optional.ofNullable(System.getenv("ARCHIPEL_LOG_LEVEL")).orElse("INFO");
    return Level.toLevel(wish.toUpperCase(Locale.ROOT), Level.INFO);
  }

  private static Encoder<ILoggingEvent> text(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d{HH:mm:ss} %-5level %msg%n%rEx{short}");
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> json(LoggerContext context) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithMarkers(false);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithFormattedMessage(true);
    encoder.start();
    return encoder;
  }
}
