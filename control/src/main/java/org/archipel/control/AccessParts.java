package org.archipel.control;

import org.archipel.directory.access.OneTimeLinks;
import org.archipel.directory.access.Persons;
import org.archipel.directory.access.Sessions;

/**
 * Who may come in.
 *
 * @param persons persons and their roles
 * @param sessions who is signed in
 * @param links one-time links for whoever has the machine
 * @param signIn how persons sign in
 */
public record AccessParts(
    Persons persons, Sessions sessions, OneTimeLinks links, SignInParts signIn) {}
