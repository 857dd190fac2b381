import type { Schemas } from "../../api/client";

type Tariff = Schemas["TariffView"];

/** What a model costs now for whoever has no agreement of its own; the closest tariff counts. */
export function rateOf(
  tariffs: readonly Tariff[], model: string, now: number): Tariff | undefined {
  return tariffs
    .filter((tariff) => tariff.model === undefined || tariff.model === "*" || tariff.model === model)
    .filter((tariff) => tariff.organization === undefined && tariff.organization_kind === undefined)
    .filter((tariff) => Date.parse(tariff.valid_from) <= now)
    .filter((tariff) => tariff.valid_until === undefined || Date.parse(tariff.valid_until) > now)
    .sort((a, b) => Number(b.model === model) - Number(a.model === model))[0];
}
