import { Button, Group, NativeSelect, Stack, Text } from "@mantine/core";
import { IconDownload, IconPlus, IconServer2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, type Schemas } from "../api/client";
import { useOrganizations } from "../api/lists";
import { useSession } from "../app/session";
import { Bar } from "../parts/Bar";
import { DataTable } from "../parts/DataTable";
import { FormDialog, type Filled } from "../parts/FormDialog";
import { Page, Section } from "../parts/Layout";
import { save } from "../parts/save";
import { Answer, Empty } from "../parts/States";
import { useChange } from "../parts/useChange";
import { capacity as words } from "../words/capacity";
import { common } from "../words/common";
import { useFormats } from "../words/formats";
import { useWords } from "../words/language";

type Comparison = Schemas["ComparisonView"];
type Counted = Schemas["CensusOrganizationView"];
const PERIODS = [7, 30, 90];

/** What institutions have, what is seen of it, and what they will need. */
export default function Capacity() {
  const t = useWords(words);
  const { may } = useSession();
  const [days, setDays] = useState(7);
  const [declaring, setDeclaring] = useState(false);
  const path = `/api/v1/census-comparison?days=${days}`;
  const comparison = useQuery({
    queryKey: ["census", days],
    queryFn: async () => await ask(
      api.GET("/api/v1/census-comparison", { params: { query: { days } } })) as Comparison,
  });
  return (
    <Page
      title={t("title")} hint={t("hint")}
      actions={may("census-declare") && (
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setDeclaring(true)}>
          {t("declare")}
        </Button>
      )}
    >
      <Group justify="space-between" align="flex-end">
        <NativeSelect
          label={t("period")} value={String(days)}
          onChange={(event) => setDays(Number(event.currentTarget.value))}
          data={PERIODS.map((n) => ({ value: String(n), label: t("days", { n }) }))}
        />
        <Group gap="sm">
          <SaveAs path={path} type="text/csv" name="recensement.csv" label={t("exportCsv")} />
          <SaveAs path={path} type="text/markdown" name="recensement.md" label={t("exportMarkdown")} />
        </Group>
      </Group>
      <Answer query={comparison}>
        {({ items }) => items.length === 0
          ? (
            <Section title={t("comparison")}>
              <Empty icon={IconServer2} title={t("none")} hint={t("noneHint")} />
            </Section>
          )
          : <Stack gap="lg"><Devices items={items} /><Load items={items} /><Wishes items={items} /></Stack>}
      </Answer>
      {declaring && <Declare close={() => setDeclaring(false)} />}
    </Page>
  );
}

function SaveAs(props: {
  readonly path: string; readonly type: string; readonly name: string; readonly label: string;
}) {
  return (
    <Button
      variant="default" leftSection={<IconDownload size={16} aria-hidden />}
      onClick={() => void save(props.path, props.type, props.name)}
    >
      {props.label}
    </Button>
  );
}

function Devices({ items }: { readonly items: readonly Counted[] }) {
  const t = useWords(words);
  const c = useWords(common);
  const f = useFormats();
  const rows = items.flatMap((one) =>
    one.devices.map((line) => ({ ...line, organization: one.organization })));
  return (
    <Section title={t("comparison")} flush>
      <DataTable
        caption={t("comparison")}
        rows={rows}
        id={(row) => `${row.organization} ${row.device}`}
        columns={[
          { label: c("organization"), cell: (row) => row.organization },
          { label: t("device"), cell: (row) => row.device },
          { label: t("declared"), number: true, cell: (row) => f.number(row.declared) },
          {
            label: t("live"), number: true,
            cell: (row) => `${f.number(row.live)} (${f.number(row.live_up)} ${t("liveUp")})`,
          },
          { label: t("wanted"), number: true, cell: (row) => f.number(row.wanted) },
        ]}
      />
    </Section>
  );
}

function Load({ items }: { readonly items: readonly Counted[] }) {
  const t = useWords(words);
  const c = useWords(common);
  const f = useFormats();
  return (
    <Section title={t("load")} flush>
      <DataTable
        caption={t("load")}
        rows={items}
        id={(row) => row.organization}
        columns={[
          { label: c("organization"), cell: (row) => row.organization },
          { label: t("engines"), number: true, cell: (row) => `${f.number(row.engines_up)} / ${f.number(row.engines)}` },
          {
            label: t("busy"),
            cell: (row) => <Bar share={Number(row.busy_share)} label={`${t("busy")} ${row.organization}`} />,
          },
          { label: t("requests"), number: true, cell: (row) => f.number(row.requests) },
          {
            label: t("tokens"), number: true,
            cell: (row) => f.number(row.prompt_tokens + row.completion_tokens),
          },
        ]}
      />
    </Section>
  );
}

function Wishes({ items }: { readonly items: readonly Counted[] }) {
  const t = useWords(words);
  const c = useWords(common);
  const f = useFormats();
  const { may } = useSession();
  const remove = useChange(
    (id: string) => ask(api.DELETE("/api/v1/census/{id}", { params: { path: { id } } })), ["census"]);
  const rows = items.flatMap((one) => one.wanted);
  return (
    <Section title={t("wishes")} flush>
      {rows.length === 0
        ? <Text c="dimmed" px="var(--archipel-gap)" pb="md">{t("wishesNone")}</Text>
        : (
          <DataTable
            caption={t("wishes")}
            rows={rows}
            id={(row) => row.id}
            columns={[
              { label: c("organization"), cell: (row) => row.organization },
              { label: t("device"), cell: (row) => `${f.number(row.count)} × ${row.device}` },
              { label: c("purpose"), cell: (row) => row.purpose ?? "–" },
              { label: t("horizon"), cell: (row) => row.horizon === undefined ? "–" : f.date(row.horizon) },
              { label: t("priority"), number: true, cell: (row) => row.priority === undefined ? "–" : f.number(row.priority) },
              {
                label: c("actions"), quiet: true,
                cell: (row) => may("census-declare") && (
                  <Button
                    size="xs" variant="default" onClick={() => remove.mutate(row.id)}
                    aria-label={`${c("remove")} ${row.organization} ${row.device}`}
                  >
                    {c("remove")}
                  </Button>
                ),
              },
            ]}
          />
        )}
    </Section>
  );
}

function Declare({ close }: { readonly close: () => void }) {
  const t = useWords(words);
  const c = useWords(common);
  const organizations = useOrganizations().data ?? [];
  const declare = useChange(
    ({ organization, body }: { organization: string; body: Schemas["NewEntry"] }) =>
      ask(api.POST("/api/v1/organizations/{organization}/census", {
        params: { path: { organization } }, body,
      })), ["census"]);
  const fields = (values: Filled) => [
    {
      name: "organization", label: c("organization"), kind: "choice" as const, required: true,
      options: [{ value: "", label: "" }, ...organizations.map((one) => ({
        value: one.name, label: one.display_name ?? one.name,
      }))],
    },
    {
      name: "kind", label: t("kind"), kind: "choice" as const,
      options: [
        { value: "declared", label: t("kindDeclared") }, { value: "wanted", label: t("kindWanted") },
      ],
    },
    { name: "device", label: t("device"), required: true },
    { name: "count", label: t("count"), kind: "number" as const, required: true },
    { name: "purpose", label: c("purpose") },
    {
      name: "horizon", label: t("horizon"), kind: "date" as const,
      hidden: values["kind"] !== "wanted",
    },
  ];
  return (
    <FormDialog
      opened close={close} title={t("declare")} action={c("save")} initial={{ kind: "declared" }}
      fields={fields}
      send={({ organization, ...body }) =>
        declare.mutateAsync({ organization: String(organization), body: body as Schemas["NewEntry"] })}
    />
  );
}
