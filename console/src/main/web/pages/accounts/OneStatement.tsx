import { Anchor, Button, Group, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, ask, type Schemas } from "../../api/client";
import { State } from "../../parts/Badges";
import { DataTable } from "../../parts/DataTable";
import { Page, Section } from "../../parts/Layout";
import { save } from "../../parts/save";
import { Answer } from "../../parts/States";
import { accounts as words } from "../../words/accounts";
import { common } from "../../words/common";
import { useFormats } from "../../words/formats";
import { useLanguage, useWords } from "../../words/language";

type Statement = Schemas["Statement"];
type Line = Schemas["Line"];

/** One institution's month: as it was closed, or as it would be now. */
export function OneStatement(
  { organization, month }: { readonly organization: string; readonly month: string }) {
  const t = useWords(words);
  const { language } = useLanguage();
  const query = useQuery({
    queryKey: ["statements", organization, month],
    queryFn: async () => await ask(api.GET("/api/v1/statements/{organization}/{month}", {
      params: { path: { organization, month } },
    })) as Statement,
  });
  const pdf = `/api/v1/statements/${encodeURIComponent(organization)}/${month}?lang=${language}`;
  return (
    <Page
      title={t("lookOf", { name: organization, month })}
      actions={
        <Button
          variant="default" leftSection={<IconDownload size={16} aria-hidden />}
          onClick={() => void save(pdf, "application/pdf", `${organization}-${month}.pdf`)}
        >
          {t("pdf")}
        </Button>
      }
    >
      <Group>
        <Anchor component={Link} href="/accounts">{t("back")}</Anchor>
        {query.data !== undefined && query.data.closing === undefined &&
          <State tone="warn">{t("draft")}</State>}
      </Group>
      <Answer query={query}>
        {(statement) => (
          <>
            <Balances statement={statement} />
            <Lines title={t("linesConsumed")} lines={statement.consumed} />
            <Lines title={t("linesContributed")} lines={statement.contributed} />
          </>
        )}
      </Answer>
    </Page>
  );
}

function Balances({ statement }: { readonly statement: Statement }) {
  const t = useWords(words);
  const f = useFormats();
  return (
    <Section title={t("balances")} flush>
      {statement.balances.length === 0
        ? <Text c="dimmed" px="var(--archipel-gap)" pb="md">{t("nothing")}</Text>
        : (
          <DataTable
            caption={t("balances")}
            rows={statement.balances}
            id={(one) => one.currency}
            columns={[
              { label: t("currency"), cell: (one) => one.currency },
              { label: t("consumed"), number: true, cell: (one) => f.money(one.consumed, one.currency) },
              { label: t("ownUse"), number: true, cell: (one) => f.money(one.own_use, one.currency) },
              { label: t("contributed"), number: true, cell: (one) => f.money(one.contributed, one.currency) },
              { label: t("net"), number: true, cell: (one) => f.money(one.net, one.currency) },
            ]}
          />
        )}
    </Section>
  );
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly Line[] }) {
  const t = useWords(words);
  const c = useWords(common);
  const f = useFormats();
  return (
    <Section title={title} flush>
      {lines.length === 0
        ? <Text c="dimmed" px="var(--archipel-gap)" pb="md">{t("nothing")}</Text>
        : (
          <DataTable
            caption={title}
            rows={lines}
            id={(line) => [line.party, line.model, line.service_class, line.site, line.currency].join(" ")}
            columns={[
              { label: t("party"), cell: (line) => line.party },
              { label: c("model"), cell: (line) => line.model },
              { label: c("class"), cell: (line) => line.service_class === "" ? "–" : c(line.service_class as "batch") },
              {
                label: t("tokens"), number: true,
                cell: (line) => f.number(line.used.prompt_tokens + line.used.completion_tokens),
              },
              { label: t("amount"), number: true, cell: (line) => f.money(line.micro_currency, line.currency) },
            ]}
          />
        )}
    </Section>
  );
}
