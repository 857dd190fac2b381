package org.archipel.server.config;

import java.util.List;

/**
 * Who this site is.
 *
 * @param id unique in a consortium; the {@code x-archipel-site} of every answer
 * @param name for people; the id unless given
 * @param organization owner of the engines that say nothing else
 * @param labels what the site promises, for example {@code eskemm-data}
 */
public record SiteConfig(String id, String name, String organization, List<String> labels) {
  /** The owner of a site's engines when nobody says who it is. */
  public static final String DEFAULT_ORGANIZATION = "local";

  public SiteConfig {
    labels = List.copyOf(labels);
  }

  static SiteConfig read(Section section) {
    try (section) {
      String id = section.require("id", Forms.NAME, "site");
      return new SiteConfig(
          id,
          section.find("name", Forms.TEXT).orElse(id),
          section.find("organization", Forms.NAME).orElse(DEFAULT_ORGANIZATION),
          section.list("labels", Forms.NAME));
    }
  }
}
