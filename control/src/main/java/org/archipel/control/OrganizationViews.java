package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.archipel.directory.Contact;
import org.archipel.directory.Identifiers;
import org.archipel.directory.Organization;
import org.archipel.directory.OrganizationKind;
import org.archipel.directory.OrganizationProfile;
import org.archipel.directory.Suspension;

/** Organizations as the API takes and shows them. */
final class OrganizationViews {
  private OrganizationViews() {}

  record ContactView(String name, String email, Optional<String> role) {
    private Contact contact() {
      return new Contact(name, email, role);
    }
  }

  /** What is said of a new organization. */
  record NewOrganization(
      Optional<String> name,
      Optional<String> kind,
      Optional<String> displayName,
      Optional<String> siren,
      Optional<String> siret,
      Optional<String> uai,
      Optional<String> ror,
      Optional<List<ContactView>> contacts,
      OptionalInt share) {
    OrganizationProfile profile() {
      OrganizationChange said =
          new OrganizationChange(displayName, siren, siret, uai, ror, contacts);
      return new Agreement(kind, share).of(said.of(OrganizationProfile.DEFAULT));
    }
  }

  /** What changes of how an organization presents itself; an empty text removes what was there. */
  record OrganizationChange(
      Optional<String> displayName,
      Optional<String> siren,
      Optional<String> siret,
      Optional<String> uai,
      Optional<String> ror,
      Optional<List<ContactView>> contacts) {
    OrganizationProfile of(OrganizationProfile before) {
      Identifiers known = before.identifiers();
      return new OrganizationProfile(
          before.kind(),
          changed(displayName, before.displayName()),
          new Identifiers(
              changed(siren, known.siren()),
              changed(siret, known.siret()),
              changed(uai, known.uai()),
              changed(ror, known.ror())),
          contacts
              .map(list -> list.stream().map(ContactView::contact).toList())
              .orElse(before.contacts()),
          before.share());
    }
  }

  /** What is agreed with an organization. */
  record Agreement(
      @JsonPropertyDescription("contributor or beneficiary") Optional<String> kind,
      @JsonPropertyDescription("its share beside those of the others, at least 1")
          OptionalInt share) {
    OrganizationProfile of(OrganizationProfile before) {
      return new OrganizationProfile(
          kind.map(OrganizationKind::of).orElse(before.kind()),
          before.displayName(),
          before.identifiers(),
          before.contacts(),
          share.orElse(before.share()));
    }
  }

  /** Why an organization is suspended. */
  record Why(Optional<String> why) {}

  record OrganizationView(
      String name,
      String kind,
      @JsonPropertyDescription("active or suspended") String state,
      Optional<String> displayName,
      Optional<String> siren,
      Optional<String> siret,
      Optional<String> uai,
      Optional<String> ror,
      List<ContactView> contacts,
      int share,
      Optional<Instant> suspendedAt,
      Optional<String> suspendedWhy,
      Instant createdAt,
      long version) {
    static OrganizationView of(Organization one) {
      OrganizationProfile profile = one.profile();
      Identifiers identifiers = profile.identifiers();
      return new OrganizationView(
          one.name(),
          profile.kind().word(),
          one.suspension().isPresent() ? "suspended" : "active",
          profile.displayName(),
          identifiers.siren(),
          identifiers.siret(),
          identifiers.uai(),
          identifiers.ror(),
          profile.contacts().stream()
              .map(contact -> new ContactView(contact.name(), contact.email(), contact.role()))
              .toList(),
          profile.share(),
          one.suspension().map(Suspension::since),
          one.suspension().map(Suspension::why),
          one.createdAt(),
          one.version());
    }
  }

  /** What a text is after a change: as it was when nothing is said, gone when it is empty. */
  static Optional<String> changed(Optional<String> said, Optional<String> before) {
    return said.isEmpty() ? before : said.filter(text -> !text.isEmpty());
  }

  static String required(String field, Optional<String> value) {
    return value.orElseThrow(() -> Refusal.badRequest(field + ": missing (expected: a value)"));
  }
}
