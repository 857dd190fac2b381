import { Box, Button, Group, Stack, Text } from "@mantine/core";
import { IconGauge, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { unchanged, useOrganizations, useProjects } from "../../api/lists";
import { useSession } from "../../app/session";
import { Bar } from "../../parts/Bar";
import { ConfirmDialog } from "../../parts/ConfirmDialog";
import { DataTable } from "../../parts/DataTable";
import { FormDialog, type Field, type Filled } from "../../parts/FormDialog";
import { Section } from "../../parts/Layout";
import { Paged, usePages } from "../../parts/Paged";
import { Empty } from "../../parts/States";
import { useChange } from "../../parts/useChange";
import { access } from "../../words/access";
import { common } from "../../words/common";
import { useFormats } from "../../words/formats";
import { useWords } from "../../words/language";

type Quota = Schemas["QuotaView"];
const STALE = ["quotas"];
const MICRO = 1_000_000;
const LIMITS = [
  "requests_per_minute", "tokens_per_minute", "concurrent_requests", "tokens_per_day",
  "tokens_per_month", "micro_currency_per_day", "micro_currency_per_month",
] as const;

export default function Quotas() {
  const t = useWords(access);
  const { may } = useSession();
  const [setting, setSetting] = useState(false);
  const pages = usePages<Quota>(["quotas"], (after) =>
    ask(api.GET("/api/v1/quotas", { params: { query: { ...(after && { after }) } } })));
  const button = may("quota-change") && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setSetting(true)}>
      {t("newQuota")}
    </Button>
  );
  return (
    <Section title={t("quotas")} actions={button} flush>
      <Paged
        pages={pages}
        empty={<Empty icon={IconGauge} title={t("quotasNone")} hint={t("quotasNoneHint")} />}
      >
        {(items) => <List items={items} />}
      </Paged>
      {setting && <SetLimits close={() => setSetting(false)} />}
    </Section>
  );
}

function whose(quota: Quota): string {
  return [quota.organization, quota.project, quota.key].filter(Boolean).join(" / ");
}

function isMoney(name: string): boolean {
  return name.startsWith("micro_currency");
}

function List({ items }: { readonly items: readonly Quota[] }) {
  const t = useWords(access);
  const c = useWords(common);
  const f = useFormats();
  const { may } = useSession();
  const [removing, setRemoving] = useState<Quota>();
  const remove = useChange(
    (quota: Quota) => ask(api.DELETE("/api/v1/quotas/{id}", {
      params: { path: { id: quota.id }, ...unchanged(quota.version) },
    })), STALE);
  const amount = (name: string, value: number) =>
    isMoney(name) ? f.number(value / MICRO, 2) : f.number(value);
  const limits = (quota: Quota) => (
    <Stack gap={2}>
      {Object.entries(quota.limits).map(([name, value]) => (
        <Text size="sm" key={name}>{`${t(name as "tokens_per_day")} : ${amount(name, Number(value))}`}</Text>
      ))}
    </Stack>
  );
  const left = (quota: Quota) => (
    <Stack gap="xs">
      {quota.budgets.map((budget) => (
        <Box key={budget.budget}>
          <Bar
            share={budget.limit === 0 ? 1 : budget.used / budget.limit}
            label={`${t(budget.budget as "tokens_per_day")} ${whose(quota)}, ${t("used")}`}
          />
          <Text size="sm" c="dimmed">
            {`${t("left")} ${amount(budget.budget, budget.left)} ${t("untilDate", { date: f.date(budget.until) })}`}
          </Text>
        </Box>
      ))}
    </Stack>
  );
  return (
    <>
      <DataTable
        caption={t("quotas")}
        rows={items}
        id={(quota) => quota.id}
        columns={[
          { label: t("who"), cell: (quota) => <Text fw={600}>{whose(quota)}</Text> },
          { label: t("limits"), cell: limits },
          { label: t("left"), cell: left },
          {
            label: c("actions"), quiet: true,
            cell: (quota) => may("quota-change") && (
              <Group justify="flex-end">
                <Button
                  size="xs" variant="default" onClick={() => setRemoving(quota)}
                  aria-label={t("removeLimits", { name: whose(quota) })}
                >
                  {c("remove")}
                </Button>
              </Group>
            ),
          },
        ]}
      />
      <ConfirmDialog
        opened={removing !== undefined} close={() => setRemoving(undefined)}
        title={t("removeLimits", { name: removing === undefined ? "" : whose(removing) })}
        consequence={t("removeLimitsWhat", { name: removing === undefined ? "" : whose(removing) })}
        action={c("remove")}
        run={async () => {
          if (removing !== undefined) {
            await remove.mutateAsync(removing);
          }
        }}
      />
    </>
  );
}

function SetLimits({ close }: { readonly close: () => void }) {
  const t = useWords(access);
  const c = useWords(common);
  const organizations = useOrganizations().data ?? [];
  const projects = useProjects().data ?? [];
  const set = useChange(
    (body: Schemas["QuotaWish"]) => ask(api.POST("/api/v1/quotas", { body })), STALE);
  const fields = (values: Filled): readonly Field[] => [
    {
      name: "organization", label: c("organization"), kind: "choice", required: true,
      options: [{ value: "", label: "" }, ...organizations.map((one) => ({
        value: one.name, label: one.display_name ?? one.name,
      }))],
    },
    {
      name: "project", label: c("project"), kind: "choice",
      options: [{ value: "", label: t("wholeOrganization") }, ...projects
        .filter((one) => one.organization === values["organization"])
        .map((one) => ({ value: one.name, label: one.name }))],
    },
    ...LIMITS.map((name): Field => ({
      name, label: t(name), kind: "number", hint: t("limitEmpty"),
    })),
  ];
  const send = ({ organization, project, ...rest }: Filled) => {
    const limits = Object.fromEntries(Object.entries(rest).map(([name, value]) =>
      [name, isMoney(name) ? Math.round(Number(value) * MICRO) : Number(value)]));
    return set.mutateAsync({ organization, project, limits } as Schemas["QuotaWish"]);
  };
  return (
    <FormDialog
      opened close={close} title={t("newQuota")} action={c("save")} fields={fields} send={send}
    />
  );
}
