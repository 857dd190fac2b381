import { Button, Group, NativeSelect, SimpleGrid, Text, TextInput } from "@mantine/core";
import { IconChartBar, IconDownload } from "@tabler/icons-react";
import { Suspense, lazy, useState, type FormEvent } from "react";
import { useLocation, useSearchParams } from "wouter";
import { useOrganizations } from "../../api/lists";
import { textOf, tokensOf, useUsage, type UsageRow } from "../../api/usage";
import { DataTable } from "../../parts/DataTable";
import { Page, Section, Tile } from "../../parts/Layout";
import { save } from "../../parts/save";
import { Answer, Empty, Loading } from "../../parts/States";
import { common } from "../../words/common";
import { useFormats } from "../../words/formats";
import { useWords } from "../../words/language";
import { usage as words } from "../../words/usage";
import { useModels } from "../Models";

const OverTime = lazy(() => import("./OverTime"));
const PERIODS = ["24h", "7d", "30d", "90d"] as const;
const GROUPS = [
  "organization", "project", "model", "class", "engine", "owner", "site", "key", "person",
] as const;
const MEASURES = ["tokens", "requests", "cost"] as const;
const MICRO = 1_000_000;

export type Measure = (typeof MEASURES)[number];
export type Grouping = (typeof GROUPS)[number];

export interface Choice {
  readonly since: (typeof PERIODS)[number];
  readonly group: Grouping;
  readonly measure: Measure;
  readonly filters: Readonly<Record<string, string>>;
}

export function measured(row: UsageRow, measure: Measure): number {
  return measure === "tokens" ? tokensOf(row) : Number(row[measure]);
}

function oneOf<T extends string>(all: readonly T[], word: string | null, usual: T): T {
  return all.find((one) => one === word) ?? usual;
}

/** What is chosen stands in the address, so that it can be sent to somebody. */
function useChoice() {
  const [search, setSearch] = useSearchParams();
  const filters = Object.fromEntries(
    ["organization", "model"].flatMap((name) => {
      const value = search.get(name);
      return value === null || value === "" ? [] : [[name, value]];
    })) as Record<string, string>;
  const choice: Choice = {
    since: oneOf(PERIODS, search.get("since"), "7d"),
    group: oneOf(GROUPS, search.get("by"), "organization"),
    measure: oneOf(MEASURES, search.get("measure"), "tokens"),
    filters,
  };
  const choose = (name: string, value: string) => setSearch((before) => {
    const next = new URLSearchParams(before);
    if (value === "") {
      next.delete(name);
    } else {
      next.set(name, value);
    }
    return next;
  }, { replace: true });
  return { choice, choose };
}

export function Sums() {
  const t = useWords(words);
  const { choice, choose } = useChoice();
  const rows = useUsage({ by: choice.group, since: choice.since, filters: choice.filters });
  return (
    <Page title={t("title")} hint={t("hint")} actions={<Export choice={choice} />}>
      <Choices choice={choice} choose={choose} />
      <Answer query={rows}>
        {(data) => data.rows.length === 0
          ? (
            <Section title={t("details")}>
              <Empty icon={IconChartBar} title={t("none")} hint={t("noneHint")} />
            </Section>
          )
          : (
            <>
              <Totals rows={data.rows} />
              {!data.complete && <Text size="sm" c="dimmed">{t("incomplete")}</Text>}
              <Section title={t("overTime")}>
                <Suspense fallback={<Loading />}><OverTime choice={choice} /></Suspense>
              </Section>
              <Details rows={data.rows} group={choice.group} />
            </>
          )}
      </Answer>
      <Find />
    </Page>
  );
}

function Export({ choice }: { readonly choice: Choice }) {
  const t = useWords(words);
  const query = new URLSearchParams({
    ...choice.filters, by: `${choice.group},day`, since: choice.since,
  });
  const name = `archipel-${choice.group}-${choice.since}.csv`;
  return (
    <Button
      variant="default" leftSection={<IconDownload size={16} aria-hidden />}
      onClick={() => void save(`/api/v1/usage?${query.toString()}`, "text/csv", name)}
    >
      {t("exportCsv")}
    </Button>
  );
}

function Choices(
  { choice, choose }: { readonly choice: Choice; readonly choose: (name: string, value: string) => void },
) {
  const t = useWords(words);
  const organizations = useOrganizations().data ?? [];
  const models = useModels().data ?? [];
  return (
    <Group gap="md" align="flex-end">
      <NativeSelect
        label={t("period")} value={choice.since}
        onChange={(event) => choose("since", event.currentTarget.value)}
        data={PERIODS.map((one) => ({
          value: one, label: one === "24h" ? t("hours") : t("last", { n: Number.parseInt(one, 10) }),
        }))}
      />
      <NativeSelect
        label={t("group")} value={choice.group}
        onChange={(event) => choose("by", event.currentTarget.value)}
        data={GROUPS.map((one) => ({ value: one, label: t(one) }))}
      />
      <NativeSelect
        label={t("measure")} value={choice.measure}
        onChange={(event) => choose("measure", event.currentTarget.value)}
        data={MEASURES.map((one) => ({ value: one, label: t(one) }))}
      />
      <NativeSelect
        label={`${t("filter")} : ${t("organization")}`} value={choice.filters["organization"] ?? ""}
        onChange={(event) => choose("organization", event.currentTarget.value)}
        data={[{ value: "", label: t("anyOrganization") }, ...organizations.map((one) => ({
          value: one.name, label: one.display_name ?? one.name,
        }))]}
      />
      <NativeSelect
        label={`${t("filter")} : ${t("model")}`} value={choice.filters["model"] ?? ""}
        onChange={(event) => choose("model", event.currentTarget.value)}
        data={[{ value: "", label: t("anyModel") }, ...models.map((one) => ({
          value: one.id, label: one.id,
        }))]}
      />
    </Group>
  );
}

function Totals({ rows }: { readonly rows: readonly UsageRow[] }) {
  const t = useWords(words);
  const f = useFormats();
  const sum = (of: (row: UsageRow) => number) => rows.reduce((all, row) => all + of(row), 0);
  const failed = sum((row) => row.failed);
  return (
    <SimpleGrid cols={{ base: 2, lg: 4 }} spacing={{ base: "sm", sm: "lg" }}>
      <Tile label={t("tokens")} value={f.short(sum(tokensOf))} />
      <Tile label={t("requests")} value={f.number(sum((row) => row.requests))} />
      <Tile label={t("failed")} value={f.number(failed)} />
      <Tile label={t("cost")} value={f.number(sum((row) => Number(row.cost)), 2)} />
    </SimpleGrid>
  );
}

function Details({ rows, group }: { readonly rows: readonly UsageRow[]; readonly group: Grouping }) {
  const t = useWords(words);
  const c = useWords(common);
  const f = useFormats();
  const sorted = [...rows].sort((a, b) => tokensOf(b) - tokensOf(a));
  const label = t(group);
  return (
    <Section title={t("details")} flush>
      <DataTable
        caption={t("details")}
        rows={sorted}
        id={(row) => textOf(row, group)}
        columns={[
          { label: label.charAt(0).toUpperCase() + label.slice(1), cell: (row) => group === "class" && row["class"] !== "" ? c(row["class"] as "batch") : textOf(row, group) },
          { label: t("requests"), number: true, cell: (row) => f.number(row.requests) },
          { label: t("prompt"), number: true, cell: (row) => f.number(row.prompt_tokens) },
          { label: t("cached"), number: true, cell: (row) => f.number(row.cached_tokens) },
          { label: t("completion"), number: true, cell: (row) => f.number(row.completion_tokens) },
          { label: t("failed"), number: true, cell: (row) => f.number(row.failed) },
          { label: t("engineTime"), number: true, cell: (row) => f.seconds(Number(row.engine_seconds)) },
          { label: t("cost"), number: true, cell: (row) => f.number(Number(row.cost), Number(row.cost) * MICRO < MICRO ? 4 : 2) },
        ]}
      />
    </Section>
  );
}

function Find() {
  const t = useWords(words);
  const [, go] = useLocation();
  const [id, setId] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (id.trim() !== "") {
      go(`/usage/requests/${encodeURIComponent(id.trim())}`);
    }
  };
  return (
    <Section title={t("find")} hint={t("findHint")}>
      <form onSubmit={submit}>
        <Group align="flex-end" gap="sm">
          <TextInput
            label={t("findId")} value={id} w={{ base: "100%", xs: 380 }}
            onChange={(event) => setId(event.currentTarget.value)} autoComplete="off"
          />
          <Button type="submit" variant="default">{t("findButton")}</Button>
        </Group>
      </form>
    </Section>
  );
}
