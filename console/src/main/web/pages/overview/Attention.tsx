import { Anchor, Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, ask } from "../../api/client";
import type { Live } from "../../app/live";
import { useSession } from "../../app/session";
import type { Tone } from "../../parts/Badges";
import { Section } from "../../parts/Layout";
import { useFormats, type Formats } from "../../words/formats";
import { useWords } from "../../words/language";
import { overview } from "../../words/overview";

const LONG_WAIT_SECONDS = 30;
const BUDGET_HOURS = 48;
const MOST = 8;

interface Matter {
  readonly tone: Tone;
  readonly text: string;
  readonly href: string;
}

type Say = ReturnType<typeof useWords<typeof overview>>;

function ofSite(live: Live, t: Say, f: Formats): Matter[] {
  const matters: Matter[] = [];
  if (!live.ready) {
    matters.push({ tone: "bad", text: t("notReady"), href: "/engines" });
  }
  for (const pool of live.pools) {
    if (pool.engines_up === 0) {
      matters.push({ tone: "bad", text: t("modelDown", { model: pool.model }), href: "/engines" });
    } else if (pool.engines_up < pool.engines) {
      const text = t("modelPart", { model: pool.model, n: pool.engines_up, all: pool.engines });
      matters.push({ tone: "warn", text, href: "/engines" });
    }
    if (pool.oldest_wait_seconds > LONG_WAIT_SECONDS) {
      const time = f.seconds(pool.oldest_wait_seconds);
      matters.push({ tone: "warn", text: t("longWait", { model: pool.model, time }), href: "/engines" });
    }
  }
  return matters;
}

function useDecisions(t: Say): Matter[] {
  const { may } = useSession();
  const requests = useQuery({
    queryKey: ["access-requests", "submitted"],
    queryFn: () => ask(api.GET("/api/v1/access-requests", { params: { query: { state: "submitted" } } })),
    enabled: may("request-decide"),
    refetchInterval: 60_000,
  });
  const n = requests.data?.items.length ?? 0;
  return n === 0
    ? []
    : [{ tone: "warn", text: t("requestsOpen", { n }), href: "/access/requests" }];
}

function useBudgets(t: Say, f: Formats): Matter[] {
  const { may } = useSession();
  const events = useQuery({
    queryKey: ["events"],
    queryFn: () => ask(api.GET("/api/v1/events", { params: { query: { limit: 5 } } })),
    enabled: may("quota-read"),
    refetchInterval: 60_000,
  });
  return (events.data?.items ?? [])
    .filter((event) => Date.now() - Date.parse(event.at) < BUDGET_HOURS * 3_600_000)
    .map((event) => ({
      tone: event.threshold >= 100 ? "bad" : "warn",
      text: t("budget", {
        who: event.project ?? event.organization ?? event.key ?? "",
        share: f.percent(event.used / event.limit),
        budget: event.budget,
      }),
      href: "/access/quotas",
    }));
}

function Mark({ tone }: { readonly tone: Tone }) {
  return tone === "bad"
    ? <IconAlertTriangle size={20} color="var(--archipel-bad)" className="archipel-mark" aria-hidden />
    : <IconInfoCircle size={20} color="var(--archipel-warn)" className="archipel-mark" aria-hidden />;
}

/** What somebody should look at, the worst first. */
export function Attention({ live }: { readonly live: Live }) {
  const t = useWords(overview);
  const f = useFormats();
  const matters = [...ofSite(live, t, f), ...useDecisions(t), ...useBudgets(t, f)]
    .sort((a, b) => Number(b.tone === "bad") - Number(a.tone === "bad"))
    .slice(0, MOST);
  return (
    <Section title={t("attention")}>
      {matters.length === 0
        ? (
          <Group gap="sm">
            <IconCircleCheck size={20} color="var(--archipel-good)" aria-hidden />
            <Text>{t("attentionNone")}</Text>
          </Group>
        )
        : (
          <ul className="archipel-attention">
            {matters.map((matter) => (
              <li key={matter.text}>
                <Mark tone={matter.tone} />
                <Anchor component={Link} href={matter.href}>{matter.text}</Anchor>
              </li>
            ))}
          </ul>
        )}
    </Section>
  );
}
