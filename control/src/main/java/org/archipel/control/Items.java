package org.archipel.control;

import java.util.List;

/** A list in an answer: an object, so that more can be said of it later. */
record Items<T>(List<T> items) {}
