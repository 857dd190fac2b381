package org.archipel.acceptance;

/** The Anthropic SDK takes a site for the API that it was written for. */
final class AnthropicSdkThroughSiteIT extends SharedSite
    implements AnthropicSdkContract, AnthropicSdkContract.Refusals {}
