import { Button, Text } from "@mantine/core";
import { IconHistory, IconShieldCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { api, ask, type Schemas } from "../api/client";
import { useSession } from "../app/session";
import { Mono, State } from "../parts/Badges";
import { DataTable } from "../parts/DataTable";
import { Page, Section } from "../parts/Layout";
import { Paged, usePages } from "../parts/Paged";
import { Empty } from "../parts/States";
import { common } from "../words/common";
import { useFormats } from "../words/formats";
import { audit as words } from "../words/govern";
import { useWords } from "../words/language";

type Entry = Schemas["AuditView"];

/** Who changed what. */
export default function Audit() {
  const t = useWords(words);
  const { may } = useSession();
  const pages = usePages<Entry>(["audit"], (after) =>
    ask(api.GET("/api/v1/audit", { params: { query: { limit: 50, ...(after && { after }) } } })));
  return (
    <Page title={t("title")} hint={t("hint")}>
      <Section title={t("title")} actions={may("audit-verify") && <Verify />} flush>
        <Paged
          pages={pages} empty={<Empty icon={IconHistory} title={t("none")} hint={t("noneHint")} />}
        >
          {(items) => <Entries items={items} />}
        </Paged>
      </Section>
    </Page>
  );
}

function Verify() {
  const t = useWords(words);
  const verify = useMutation({ mutationFn: () => ask(api.GET("/api/v1/audit/verify")) });
  const verdict = verify.data;
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
          ? <State tone="good">{t("whole", { n: verdict.entries ?? 0 })}</State>
          : (
            <State tone="bad">
              {t("broken", { n: verdict.broken ?? 0, why: verdict.why ?? "" })}
            </State>
          )}
    </div>
  );
}

function Entries({ items }: { readonly items: readonly Entry[] }) {
  const t = useWords(words);
  const c = useWords(common);
  const f = useFormats();
  return (
    <DataTable
      caption={t("title")}
      rows={items}
      id={(entry) => String(entry.sequence)}
      columns={[
        { label: t("at"), cell: (entry) => <Text size="sm">{f.dateTime(entry.at)}</Text> },
        { label: t("actor"), cell: (entry) => <Mono>{entry.actor}</Mono> },
        { label: t("action"), cell: (entry) => entry.action },
        { label: t("subject"), cell: (entry) => <Mono>{entry.subject}</Mono> },
        { label: c("organization"), cell: (entry) => entry.organization ?? "–" },
        {
          label: t("details"),
          cell: (entry) => <Mono>{entry.details === undefined ? "" : JSON.stringify(entry.details)}</Mono>,
        },
      ]}
    />
  );
}
