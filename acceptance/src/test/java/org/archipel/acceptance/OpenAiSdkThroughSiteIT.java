package org.archipel.acceptance;

/** The OpenAI SDK takes a site for the API that it was written for. */
final class OpenAiSdkThroughSiteIT extends SharedSite
    implements OpenAiSdkContract, OpenAiRefusalContract {}
