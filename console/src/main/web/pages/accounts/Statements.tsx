import { Anchor, Button, Group, NativeSelect, Text } from "@mantine/core";
import { IconDownload, IconFileInvoice, IconShieldCheck } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../app/session";
import { Mono, State } from "../../parts/Badges";
import { ConfirmDialog } from "../../parts/ConfirmDialog";
import { DataTable } from "../../parts/DataTable";
import { Page, Section } from "../../parts/Layout";
import { Paged, usePages } from "../../parts/Paged";
import { save } from "../../parts/save";
import { Answer, Empty } from "../../parts/States";
import { useChange } from "../../parts/useChange";
import { accounts as words } from "../../words/accounts";
import { common } from "../../words/common";
import { useFormats } from "../../words/formats";
import { useLanguage, useWords } from "../../words/language";

type Open = Schemas["OpenView"];
type Closed = Schemas["ClosedView"];
const MONTHS = 13;

function months(): readonly string[] {
  const now = new Date();
  return Array.from({ length: MONTHS }, (_, back) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)).toISOString().slice(0, 7));
}

export function Statements() {
  const t = useWords(words);
  const { language } = useLanguage();
  const [month, setMonth] = useState(months()[0] ?? "");
  const written = new Intl.DateTimeFormat(language, { month: "long", year: "numeric", timeZone: "UTC" });
  const focus = `/api/v1/exports/focus?since=${month}-01`;
  return (
    <Page title={t("title")} hint={t("hint")}>
      <Group justify="space-between" align="flex-end">
        <NativeSelect
          label={t("month")} value={month} onChange={(event) => setMonth(event.currentTarget.value)}
          data={months().map((one) => ({ value: one, label: written.format(new Date(`${one}-01`)) }))}
        />
        <Button
          variant="default" leftSection={<IconDownload size={16} aria-hidden />}
          onClick={() => void save(focus, "text/csv", `focus-${month}.csv`)}
        >
          {t("exportFocus")}
        </Button>
      </Group>
      <OpenOnes month={month} />
      <ClosedOnes />
    </Page>
  );
}

function OpenOnes({ month }: { readonly month: string }) {
  const t = useWords(words);
  const c = useWords(common);
  const { may } = useSession();
  const [closing, setClosing] = useState<Open>();
  const open = useQuery({
    queryKey: ["statements", "open", month],
    queryFn: async () =>
      (await ask(api.GET("/api/v1/statements/open", { params: { query: { month } } }))).items,
  });
  const close = useChange(
    (one: Open) => ask(api.POST("/api/v1/statements/{organization}/{month}/close", {
      params: { path: { organization: one.organization, month: one.month } },
    })), ["statements"]);
  const values = { name: closing?.organization ?? "", month: closing?.month ?? "" };
  return (
    <Section title={t("open")} hint={t("openHint")} flush>
      <Answer query={open}>
        {(items) => items.length === 0
          ? <Text c="dimmed" px="var(--archipel-gap)" pb="md">{t("openNone")}</Text>
          : (
            <DataTable
              caption={t("open")}
              rows={items}
              id={(one) => one.organization}
              columns={[
                { label: c("organization"), cell: (one) => one.organization },
                {
                  label: c("state"),
                  cell: (one) => one.ended
                    ? <State tone="warn">{t("ended")}</State>
                    : <State tone="calm">{t("running")}</State>,
                },
                {
                  label: c("actions"), quiet: true,
                  cell: (one) => (
                    <Group gap="xs" wrap="nowrap" justify="flex-end">
                      <Button
                        component={Link} size="xs" variant="default"
                        href={`/accounts/${encodeURIComponent(one.organization)}/${one.month}`}
                        aria-label={t("lookOf", { name: one.organization, month: one.month })}
                      >
                        {t("look")}
                      </Button>
                      {one.ended && may("statement-close") && (
                        <Button
                          size="xs" onClick={() => setClosing(one)}
                          aria-label={t("closeOf", { name: one.organization, month: one.month })}
                        >
                          {t("close")}
                        </Button>
                      )}
                    </Group>
                  ),
                },
              ]}
            />
          )}
      </Answer>
      <ConfirmDialog
        opened={closing !== undefined} close={() => setClosing(undefined)}
        title={t("closeOf", values)} consequence={t("closeWhat")} action={t("close")}
        run={async () => {
          if (closing !== undefined) {
            await close.mutateAsync(closing);
          }
        }}
      />
    </Section>
  );
}

function ClosedOnes() {
  const t = useWords(words);
  const c = useWords(common);
  const f = useFormats();
  const { language } = useLanguage();
  const pages = usePages<Closed>(["statements"], (after) =>
    ask(api.GET("/api/v1/statements", { params: { query: { ...(after && { after }) } } })));
  return (
    <Section title={t("closed")} actions={<Verify />} flush>
      <Paged
        pages={pages}
        empty={<Empty icon={IconFileInvoice} title={t("closedNone")} hint={t("closedNoneHint")} />}
      >
        {(items) => (
          <DataTable
            caption={t("closed")}
            rows={items}
            id={(one) => String(one.number)}
            columns={[
              { label: t("number"), cell: (one) => f.number(one.number) },
              {
                label: c("organization"),
                cell: (one) => (
                  <Anchor
                    component={Link} href={`/accounts/${encodeURIComponent(one.organization)}/${one.month}`}
                  >
                    {one.organization}
                  </Anchor>
                ),
              },
              { label: t("month"), cell: (one) => one.month },
              { label: t("closedAt"), cell: (one) => `${f.date(one.closed_at)} ${t("by")} ${one.closed_by}` },
              { label: t("print"), cell: (one) => <Mono>{one.sha256.slice(0, 12)}</Mono> },
              {
                label: c("actions"), quiet: true,
                cell: (one) => (
                  <Button
                    size="xs" variant="default" aria-label={t("pdfOf", { n: one.number })}
                    onClick={() => void save(
                      `/api/v1/statements/${encodeURIComponent(one.organization)}/${one.month}?lang=${language}`,
                      "application/pdf", `${one.organization}-${one.month}.pdf`)}
                  >
                    {t("pdf")}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Paged>
    </Section>
  );
}

function Verify() {
  const t = useWords(words);
  const { may } = useSession();
  const verify = useMutation({ mutationFn: () => ask(api.GET("/api/v1/statements/verify")) });
  const verdict = verify.data;
  if (!may("statement-close")) {
    return null;
  }
  return (
    <div role="status">
      {verdict === undefined
        ? (
          <Button
            variant="default" loading={verify.isPending} onClick={() => verify.mutate()}
            leftSection={<IconShieldCheck size={16} aria-hidden />}
          >
            {t("verify")}
          </Button>
        )
        : verdict.whole
          ? <State tone="good">{t("whole", { n: verdict.statements ?? 0 })}</State>
          : <State tone="bad">{t("broken", { why: verdict.why ?? "" })}</State>}
    </div>
  );
}
