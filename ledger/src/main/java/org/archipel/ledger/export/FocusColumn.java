package org.archipel.ledger.export;

/**
 * The columns of FOCUS 1.2 (FinOps Open Cost and Usage Specification) that are given, in order; the
 * 21 mandatory ones, useful conditional ones, and ours, whose names begin with {@code x_}.
 */
enum FocusColumn {
  BILLED_COST("BilledCost"),
  BILLING_ACCOUNT_ID("BillingAccountId"),
  BILLING_ACCOUNT_NAME("BillingAccountName"),
  BILLING_CURRENCY("BillingCurrency"),
  BILLING_PERIOD_END("BillingPeriodEnd"),
  BILLING_PERIOD_START("BillingPeriodStart"),
  CHARGE_CATEGORY("ChargeCategory"),
  CHARGE_CLASS("ChargeClass"),
  CHARGE_DESCRIPTION("ChargeDescription"),
  CHARGE_FREQUENCY("ChargeFrequency"),
  CHARGE_PERIOD_END("ChargePeriodEnd"),
  CHARGE_PERIOD_START("ChargePeriodStart"),
  CONSUMED_QUANTITY("ConsumedQuantity"),
  CONSUMED_UNIT("ConsumedUnit"),
  CONTRACTED_COST("ContractedCost"),
  EFFECTIVE_COST("EffectiveCost"),
  INVOICE_ID("InvoiceId"),
  INVOICE_ISSUER_NAME("InvoiceIssuerName"),
  LIST_COST("ListCost"),
  PRICING_QUANTITY("PricingQuantity"),
  PRICING_UNIT("PricingUnit"),
  PROVIDER_NAME("ProviderName"),
  PUBLISHER_NAME("PublisherName"),
  REGION_ID("RegionId"),
  REGION_NAME("RegionName"),
  RESOURCE_ID("ResourceId"),
  RESOURCE_NAME("ResourceName"),
  RESOURCE_TYPE("ResourceType"),
  SERVICE_CATEGORY("ServiceCategory"),
  SERVICE_NAME("ServiceName"),
  SERVICE_SUBCATEGORY("ServiceSubcategory"),
  SUB_ACCOUNT_ID("SubAccountId"),
  SUB_ACCOUNT_NAME("SubAccountName"),
  X_AUDIO_SECONDS("x_AudioSeconds"),
  X_CACHED_TOKENS("x_CachedTokens"),
  X_CLASS("x_Class"),
  X_COMPLETION_TOKENS("x_CompletionTokens"),
  X_CONSUMER_ORGANIZATION("x_ConsumerOrganization"),
  X_ENGINE_SECONDS("x_EngineSeconds"),
  X_MODEL("x_Model"),
  X_PROMPT_TOKENS("x_PromptTokens"),
  X_REQUESTS("x_Requests"),
  X_SERVER_ORGANIZATION("x_ServerOrganization");

  private final String title;

  FocusColumn(String title) {
    this.title = title;
  }

  /** Its name in the file. */
  String title() {
    return title;
  }
}
