package org.archipel.directory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What can be changed of an organization.
 *
 * @param kind what it is to the consortium
 * @param displayName its full name, at most 200 characters
 * @param identifiers by what it is known elsewhere
 * @param contacts whom to reach, at most {@value #MOST_CONTACTS}
 * @param share its agreed share of capacity when organizations compete, beside those of the others:
 *     1 to {@value #LARGEST_SHARE}
 */
public record OrganizationProfile(
    OrganizationKind kind,
    Optional<String> displayName,
    Identifiers identifiers,
    List<Contact> contacts,
    int share) {
  /** A contributor with nothing said about it. */
  public static final OrganizationProfile DEFAULT =
      new OrganizationProfile(
          OrganizationKind.CONTRIBUTOR, Optional.empty(), Identifiers.NONE, List.of(), 1);

  private static final int LONGEST_NAME = 200;
  private static final int MOST_CONTACTS = 20;
  private static final int LARGEST_SHARE = 1_000_000;

  /**
   * Checks.
   *
   * @throws DirectoryException when a value is out of range
   */
  public OrganizationProfile {
    Names.checkText("display_name", displayName, LONGEST_NAME);
    contacts = List.copyOf(contacts);
    if (contacts.size() > MOST_CONTACTS) {
      throw Names.invalid("contacts", contacts.size() + " of them", "at most " + MOST_CONTACTS);
    }
    if (share < 1 || share > LARGEST_SHARE) {
      throw Names.invalid("share", String.valueOf(share), "1 to " + LARGEST_SHARE);
    }
  }

  /**
   * For the audit log. Contacts by their roles and number only: it keeps no address of a person.
   */
  Map<String, String> described() {
    Map<String, String> all = new LinkedHashMap<>(identifiers.described());
    all.put("kind", kind.word());
    displayName.ifPresent(name -> all.put("display_name", name));
    all.put("share", String.valueOf(share));
    if (!contacts.isEmpty()) {
      all.put(
          "contacts",
          contacts.stream()
              .map(contact -> contact.role().orElse("contact"))
              .collect(Collectors.joining(", ")));
    }
    return all;
  }
}
