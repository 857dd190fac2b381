package org.archipel.control.catalog;

/** A model that was added at run time. */
public record StoredModel(ModelDraft draft, Made made) {}
