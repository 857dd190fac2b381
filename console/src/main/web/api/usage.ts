import { useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "./client";

/** One row of sums: what it was grouped by, and the sums. */
export interface UsageRow {
  readonly [by: string]: string | number | undefined;
  readonly requests: number;
  readonly completed: number;
  readonly cancelled: number;
  readonly failed: number;
  readonly prompt_tokens: number;
  readonly cached_tokens: number;
  readonly completion_tokens: number;
  readonly engine_seconds: number;
  readonly cost: number;
}

export interface UsageQuestion {
  readonly by?: string;
  readonly since?: string;
  readonly until?: string;
  readonly filters?: Readonly<Record<string, string>>;
}

/** Sums of usage; asked again each minute while the page is looked at. */
export function useUsage(question: UsageQuestion) {
  const { by, since, until, filters } = question;
  return useQuery({
    queryKey: ["usage", question],
    queryFn: async () => {
      const query = { ...filters, by, since, until };
      const view = await ask(
        api.GET("/api/v1/usage", { params: { query } })) as Schemas["UsageView"];
      return {
        complete: view.complete,
        more: view.next !== undefined,
        rows: view.items as unknown as readonly UsageRow[],
      };
    },
    refetchInterval: 60_000,
  });
}

export function tokensOf(row: UsageRow): number {
  return row.prompt_tokens + row.completion_tokens;
}

export function textOf(row: UsageRow, by: string): string {
  const value = row[by];
  return value === undefined || value === "" ? "—" : String(value);
}
