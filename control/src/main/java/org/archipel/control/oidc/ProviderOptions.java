package org.archipel.control.oidc;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.archipel.directory.access.Role;

/**
 * A provider that the site trusts, and for what.
 *
 * @param id a word for URLs
 * @param name for people
 * @param issuer its issuer, exactly as its tokens have it
 * @param client who we are there
 * @param requested the OAuth scopes that a sign-in asks for, {@code openid} among them
 * @param claims what its claims make of a person
 * @param inference which of its access tokens are good on the inference API
 */
public record ProviderOptions(
    String id,
    String name,
    String issuer,
    Client client,
    List<String> requested,
    Claims claims,
    Inference inference) {
  public ProviderOptions {
    requested = List.copyOf(requested);
  }

  /** A provider whose tokens are not good on the inference API. */
  public ProviderOptions(
      String id, String name, String issuer, Client client, List<String> requested, Claims claims) {
    this(id, name, issuer, client, requested, claims, Inference.NONE);
  }

  /**
   * Which access tokens are good on the inference API, and for which project: for those that are
   * for one of the audiences, or were given to one of the clients.
   *
   * @param audiences what may stand in {@code aud}
   * @param clients what may stand in {@code azp} (or {@code client_id}): applications whose tokens
   *     are taken whomever they are for
   * @param project the project, of the person's organization, of those whom no rule makes a member
   *     of one; empty when such persons are refused
   */
  public record Inference(Set<String> audiences, Set<String> clients, Optional<String> project) {
    /** No token is good. */
    public static final Inference NONE = new Inference(Set.of(), Set.of(), Optional.empty());

    public Inference {
      audiences = Set.copyOf(audiences);
      clients = Set.copyOf(clients);
    }

    /** Whether any token can be good. */
    public boolean wanted() {
      return !audiences.isEmpty() || !clients.isEmpty();
    }
  }

  /** Our name and secret at the provider. */
  public record Client(String id, String secret) {
    /** Without the secret. */
    @Override
    public String toString() {
      return "Client[" + id + ", …]";
    }
  }

  /**
   * What claims mean.
   *
   * @param organizations the scopes that the provider may speak for (such as {@code
   *     univ-rennes.fr}), with our organization of each; what it says of other scopes does not
   *     count
   * @param rules what gives which role
   */
  public record Claims(Map<String, String> organizations, List<Rule> rules) {
    public Claims {
      organizations = Map.copyOf(organizations);
      rules = List.copyOf(rules);
    }
  }

  /**
   * Who has a value in a claim has a role.
   *
   * @param claim its name; dots lead into objects, as in {@code realm_access.roles}. In {@code
   *     eduperson_scoped_affiliation} the value is what stands before the {@code @}, and counts in
   *     the organization of what stands after it
   * @param value the text, or one of the texts, that the claim must have
   * @param organization where the role is held; that of the person when it is empty
   * @param project for project members
   */
  public record Rule(
      String claim,
      String value,
      Role role,
      Optional<String> organization,
      Optional<String> project) {}
}
