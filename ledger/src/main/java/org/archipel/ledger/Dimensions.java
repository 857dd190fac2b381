package org.archipel.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.archipel.ledger.UsageRecord.Place;

/**
 * What one record's usage is summed by, in the order of the columns of {@code usage_dimensions};
 * empty where the record has nothing.
 */
record Dimensions(
    String organization,
    String project,
    String key,
    String person,
    String model,
    String engine,
    String owner,
    String serviceClass,
    String currency,
    String servedBy,
    String origin) {

  static Dimensions of(UsageRecord record) {
    return new Dimensions(
        record.caller().organization(),
        record.caller().project(),
        record.caller().key(),
        record.person().orElse(""),
        record.model(),
        record.engine().map(Place::engine).orElse(""),
        record.engine().map(Place::owner).orElse(""),
        record.serviceClass(),
        record.price().map(UsageRecord.Price::currency).orElse(""),
        record.servedBy().orElse(""),
        record.origin().map(UsageRecord.Origin::site).orElse(""));
  }

  /** The same in another currency. */
  Dimensions in(String other) {
    return new Dimensions(
        organization,
        project,
        key,
        person,
        model,
        engine,
        owner,
        serviceClass,
        other,
        servedBy,
        origin);
  }

  /** The same of nobody in particular. */
  Dimensions withoutPerson() {
    return new Dimensions(
        organization,
        project,
        key,
        "",
        model,
        engine,
        owner,
        serviceClass,
        currency,
        servedBy,
        origin);
  }

  /** Reads a row of {@code usage_dimensions}. */
  static Dimensions read(ResultSet row) throws SQLException {
    return new Dimensions(
        row.getString("organization"),
        row.getString("project"),
        row.getString("api_key"),
        row.getString("person"),
        row.getString("model"),
        row.getString("engine"),
        row.getString("engine_owner"),
        row.getString("service_class"),
        row.getString("currency"),
        row.getString("served_by"),
        row.getString("origin_site"));
  }

  /** What the dictionary of a grain has of it. */
  List<String> values(Grain grain) {
    return grain == Grain.KEY
        ? List.of(
            organization,
            project,
            key,
            person,
            model,
            engine,
            owner,
            serviceClass,
            currency,
            servedBy,
            origin)
        : List.of(
            organization, project, model, engine, owner, serviceClass, currency, servedBy, origin);
  }
}
