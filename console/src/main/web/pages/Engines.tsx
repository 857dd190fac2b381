import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "../api/client";
import { useLive, type Live } from "../app/live";
import { DataTable } from "../parts/DataTable";
import { Page, Section } from "../parts/Layout";
import { Answer, Loading } from "../parts/States";
import { common } from "../words/common";
import { engines as words } from "../words/engines";
import { useFormats } from "../words/formats";
import { useWords } from "../words/language";
import { EngineList } from "./engines/EngineList";

/** Who waits for what, and the engines. */
export default function Engines() {
  const t = useWords(words);
  const { live } = useLive();
  return (
    <Page title={t("title")} hint={t("hint")}>
      {live === undefined ? <Loading /> : <Flows live={live} />}
      <EngineList />
      <Decisions />
    </Page>
  );
}

function Flows({ live }: { readonly live: Live }) {
  const t = useWords(words);
  const c = useWords(common);
  const f = useFormats();
  const rows = live.pools
    .flatMap((pool) => pool.flows.map((flow) => ({ ...flow, model: pool.model })))
    .filter((row) => row.waiting + row.running > 0)
    .sort((a, b) => b.waiting - a.waiting || b.running - a.running);
  return (
    <Section title={t("flows")} flush>
      {rows.length === 0
        ? <Text c="dimmed" px="var(--archipel-gap)" pb="md">{t("flowsNone")}</Text>
        : (
          <DataTable
            caption={t("flows")}
            rows={rows}
            id={(row) => [row.model, row.organization, row.project, row.class].join(" ")}
            columns={[
              { label: c("organization"), cell: (row) => row.organization },
              { label: c("project"), cell: (row) => row.project },
              { label: c("model"), cell: (row) => row.model },
              { label: c("class"), cell: (row) => c(row.class as "batch") },
              { label: t("running"), number: true, cell: (row) => f.number(row.running) },
              { label: t("waiting"), number: true, cell: (row) => f.number(row.waiting) },
              {
                label: t("oldest"), number: true,
                cell: (row) => (row.oldest_wait_seconds ?? 0) > 0
                  ? f.seconds(row.oldest_wait_seconds ?? 0) : "–",
              },
              {
                label: t("lag"), number: true,
                cell: (row) => f.number(row.virtual_time_lag ?? 0),
              },
            ]}
          />
        )}
    </Section>
  );
}

type Pool = Schemas["PoolView"];

function Decisions() {
  const t = useWords(words);
  const c = useWords(common);
  const f = useFormats();
  const pools = useQuery({
    queryKey: ["queue"],
    queryFn: async () => (await ask(api.GET("/api/v1/queue"))).items,
    refetchInterval: 10_000,
  });
  const found = ({ counters }: Pool) => counters.prompt_tokens === 0
    ? "–" : f.percent(counters.prefix_actual_tokens / counters.prompt_tokens);
  return (
    <Section title={t("decisions")} flush>
      <Answer query={pools}>
        {(items) => (
          <DataTable
            caption={t("decisions")}
            rows={items}
            id={(pool) => pool.model}
            columns={[
              { label: c("model"), cell: (pool) => pool.model },
              { label: t("dispatched"), number: true, cell: (pool) => f.number(pool.counters.dispatched) },
              {
                label: t("rejected"), number: true,
                cell: (pool) => `${f.number(pool.counters.rejected_full)} · ${f.number(pool.counters.rejected_predicted)}`,
              },
              { label: t("expired"), number: true, cell: (pool) => f.number(pool.counters.expired) },
              { label: t("pushbacks"), number: true, cell: (pool) => f.number(pool.counters.pushbacks) },
              { label: t("inversions"), number: true, cell: (pool) => f.number(pool.counters.locality_inversions) },
              { label: t("prefix"), number: true, cell: found },
            ]}
          />
        )}
      </Answer>
    </Section>
  );
}
