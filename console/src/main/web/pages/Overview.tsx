import { Button, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconCircleCheck, IconRocket } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Suspense, lazy } from "react";
import { Link } from "wouter";
import { api, ask } from "../api/client";
import { useUsage } from "../api/usage";
import { useLive, type Live } from "../app/live";
import { useSession } from "../app/session";
import { Bar } from "../parts/Bar";
import { State } from "../parts/Badges";
import { DataTable } from "../parts/DataTable";
import { Page, Section, Tile } from "../parts/Layout";
import { Empty, Loading } from "../parts/States";
import { common } from "../words/common";
import { useFormats } from "../words/formats";
import { useWords } from "../words/language";
import { overview } from "../words/overview";
import { Attention } from "./overview/Attention";
import { Exchanges } from "./overview/Exchanges";

const Activity = lazy(() => import("./overview/Activity"));

/** The site now, and the federation. */
export default function Overview() {
  const t = useWords(overview);
  const { live } = useLive();
  return (
    <Page title={t("title")}>
      <Start />
      {live === undefined ? <Loading /> : <Now live={live} />}
      <Exchanges />
    </Page>
  );
}

/** On a fresh site there is nothing to see, but something to do. */
function Start() {
  const t = useWords(overview);
  const { may } = useSession();
  const organizations = useQuery({
    queryKey: ["organizations", "first"],
    queryFn: () => ask(api.GET("/api/v1/organizations", { params: { query: { limit: 1 } } })),
    enabled: may("organization-create"),
  });
  return organizations.data?.items.length === 0
    ? (
      <Section title={t("startTitle")}>
        <Empty icon={IconRocket} title={t("startTitle")} hint={t("startHint")}>
          <Button component={Link} href="/access/organizations">{t("startButton")}</Button>
        </Empty>
      </Section>
    )
    : null;
}

function Now({ live }: { readonly live: Live }) {
  const t = useWords(overview);
  return (
    <>
      <Figures live={live} />
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Section title={t("activity")} hint={t("activityHint")}>
          <Suspense fallback={<Loading />}><Activity /></Suspense>
        </Section>
        <Stack gap="lg">
          <Attention live={live} />
          <Waits live={live} />
        </Stack>
      </SimpleGrid>
      <ModelsNow live={live} />
    </>
  );
}

function Figures({ live }: { readonly live: Live }) {
  const t = useWords(overview);
  const c = useWords(common);
  const f = useFormats();
  const since = new Date();
  since.setUTCHours(0, 0, 0, 0);
  const today = useUsage({ since: since.toISOString().slice(0, 10) }).data?.rows[0];
  const oldest = Math.max(0, ...live.pools.map((pool) => pool.oldest_wait_seconds));
  const up = live.pools.reduce((sum, pool) => sum + pool.engines_up, 0);
  const all = live.pools.reduce((sum, pool) => sum + pool.engines, 0);
  const tokens = (today?.prompt_tokens ?? 0) + (today?.completion_tokens ?? 0);
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing={{ base: "sm", sm: "lg" }}>
      <Tile
        label={t("rate")} value={f.number(live.totals.completion_tokens_per_second)}
        note={t("rateNote", { n: Math.round(live.totals.requests_per_second * 60) })}
      />
      <Tile label={t("running")} value={f.number(live.totals.running)} />
      <Tile
        label={t("waiting")} value={f.number(live.totals.waiting)}
        note={oldest > 0 ? t("waitingNote", { time: f.seconds(oldest) }) : t("waitingNone")}
      />
      <Tile label={t("engines")} value={f.number(up)} note={t("enginesNote", { n: all })} />
      <Tile
        label={t("today")} value={f.short(tokens)}
        note={`${c("tokens")} · ${f.number(today?.requests ?? 0)} ${t("todayNote", { n: today?.requests ?? 0 })}`}
      />
    </SimpleGrid>
  );
}

function Waits({ live }: { readonly live: Live }) {
  const t = useWords(overview);
  const c = useWords(common);
  const f = useFormats();
  const time = (value: number | undefined) => value === undefined ? "–" : f.seconds(value);
  return (
    <Section title={t("waits")} hint={t("waitsHint")} flush>
      <DataTable
        caption={t("waits")}
        rows={live.classes}
        id={(row) => row.class}
        columns={[
          { label: c("class"), cell: (row) => c(row.class as "interactive") },
          { label: t("waiting"), number: true, cell: (row) => f.number(row.waiting) },
          { label: t("median"), number: true, cell: (row) => time(row.median_wait_seconds) },
          { label: t("long"), number: true, cell: (row) => time(row.long_wait_seconds) },
          { label: t("ended"), number: true, cell: (row) => f.number(row.requests) },
        ]}
      />
    </Section>
  );
}

function ModelsNow({ live }: { readonly live: Live }) {
  const t = useWords(overview);
  const c = useWords(common);
  const f = useFormats();
  return (
    <Section title={t("models")} flush>
      {live.pools.length === 0
        ? <Empty icon={IconCircleCheck} title={t("models")} hint={t("attentionNone")} />
        : (
          <DataTable
            caption={t("models")}
            rows={live.pools}
            id={(row) => row.model}
            columns={[
              { label: c("model"), cell: (row) => <Text inherit component="span">{row.model}</Text> },
              {
                label: c("state"),
                cell: (row) => (
                  <State tone={row.engines_up === 0 ? "bad" : row.engines_up < row.engines ? "warn" : "good"}>
                    {`${row.engines_up} / ${row.engines}`}
                  </State>
                ),
              },
              {
                label: t("load"),
                cell: (row) => <Bar share={row.saturation ?? 0} label={`${t("load")} ${row.model}`} />,
              },
              { label: t("running"), number: true, cell: (row) => f.number(row.running) },
              { label: t("waiting"), number: true, cell: (row) => f.number(row.waiting) },
              {
                label: t("oldest"), number: true,
                cell: (row) => row.oldest_wait_seconds > 0 ? f.seconds(row.oldest_wait_seconds) : "–",
              },
            ]}
          />
        )}
    </Section>
  );
}
