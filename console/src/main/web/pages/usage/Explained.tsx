import { Anchor, Box, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { api, ask, type Schemas } from "../../api/client";
import { Mono, State } from "../../parts/Badges";
import { Page, Section } from "../../parts/Layout";
import { Answer } from "../../parts/States";
import { common } from "../../words/common";
import { useFormats } from "../../words/formats";
import { useWords } from "../../words/language";
import { explained } from "../../words/usage";

type Account = Schemas["RequestRequestView"];
const MICRO = 1_000_000;

/** How one request went: how long it waited and why, where it ran, what it cost. */
export function Explained({ id }: { readonly id: string }) {
  const t = useWords(explained);
  const query = useQuery({
    queryKey: ["request", id],
    queryFn: async () =>
      (await ask(api.GET("/api/v1/usage/requests/{id}", { params: { path: { id } } }))).items,
    retry: 3,
  });
  return (
    <Page title={t("title")}>
      <Anchor component={Link} href="/usage">{t("back")}</Anchor>
      <Answer query={query}>
        {(items) => (
          <Stack gap="lg">
            {items.map((account) => <One key={account.id} account={account} />)}
          </Stack>
        )}
      </Answer>
    </Page>
  );
}

function One({ account }: { readonly account: Account }) {
  const t = useWords(explained);
  const f = useFormats();
  const total = f.seconds(Number(account.total_seconds));
  const at = f.dateTime(account.started_at);
  const story = account.engine === undefined
    ? t("storyNowhere", { at, total })
    : t("story", {
      at, total, queued: f.seconds(Number(account.queued_seconds)), engine: account.engine,
      first: f.seconds(Number(account.first_byte_seconds)),
    });
  return (
    <>
      <Section title={t("way")}>
        <Text mb="md">{story}</Text>
        <Way account={account} />
      </Section>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Section title={t("who")}><Who account={account} /></Section>
        <Section title={t("what")}><What account={account} /></Section>
      </SimpleGrid>
    </>
  );
}

/** Three stretches of time, as long as they took. */
function Way({ account }: { readonly account: Account }) {
  const t = useWords(explained);
  const f = useFormats();
  const total = Math.max(Number(account.total_seconds), 1e-6);
  const queued = Number(account.queued_seconds);
  const first = Math.max(queued, Number(account.first_byte_seconds));
  const parts = [
    { label: t("queued"), seconds: queued, tone: "archipel-way-wait" },
    { label: t("toFirst"), seconds: first - queued, tone: "archipel-way-first" },
    { label: t("answering"), seconds: Math.max(0, total - first), tone: "archipel-way-answer" },
  ];
  return (
    <Stack gap={6}>
      <Box className="archipel-way" aria-hidden>
        {parts.map((part) => (
          <span
            key={part.label} className={part.tone} style={{ width: `${(part.seconds / total) * 100}%` }}
          />
        ))}
      </Box>
      <ul className="archipel-legend">
        {parts.map((part) => (
          <li key={part.label}>
            <span className={`archipel-swatch ${part.tone}`} aria-hidden />
            {`${part.label} : ${f.seconds(part.seconds)}`}
          </li>
        ))}
      </ul>
    </Stack>
  );
}

function Facts({ facts }: { readonly facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="archipel-list">
      {facts.filter(([, value]) => value !== undefined && value !== "").map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}

function Who({ account }: { readonly account: Account }) {
  const t = useWords(explained);
  const c = useWords(common);
  return (
    <Facts facts={[
      [t("id"), <Mono key="id">{account.id}</Mono>],
      [c("organization"), account.organization],
      [c("project"), account.project],
      [c("key"), <Mono key="key">{account.key}</Mono>],
      [c("person"), account.person],
      [c("model"), account.model],
      [c("engine"), account.engine],
      [c("owner"), account.owner],
      [c("site"), account.site],
      [t("cameFrom"), account.origin_site],
      [t("servedBy"), account.served_by],
    ]}
    />
  );
}

function What({ account }: { readonly account: Account }) {
  const t = useWords(explained);
  const c = useWords(common);
  const f = useFormats();
  const money = (amount: number) => f.money(amount * MICRO, account.currency);
  return (
    <Facts facts={[
      [t("outcome"), (
        <State key="o" tone={account.outcome === "completed" ? "good" : account.outcome === "failed" ? "bad" : "warn"}>
          {t(account.outcome as "completed")}
        </State>
      )],
      [t("error"), account.error_code],
      [t("status"), String(account.status)],
      [c("class"), account.class === undefined ? undefined : c(account.class as "batch")],
      [t("route"), <Mono key="r">{account.route}</Mono>],
      [t("streamed"), account.streamed ? c("yes") : c("no")],
      [t("attempts"), f.number(account.attempts)],
      [t("tokens"), `${t("tokensOf", {
        prompt: account.prompt_tokens, cached: account.cached_tokens,
        completion: account.completion_tokens,
      })}${account.estimated ? ` (${t("estimated")})` : ""}`],
      [t("price"), account.price === undefined ? t("noTariff") : money(Number(account.cost))],
      [t("tariff"), account.tariff === undefined ? undefined : <Mono key="t">{account.tariff}</Mono>],
      [t("corrections"), account.corrections.length === 0 ? undefined : account.corrections.map((one) => one.reason).join("; ")],
    ]}
    />
  );
}
