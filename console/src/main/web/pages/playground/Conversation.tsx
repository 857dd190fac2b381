import { Anchor, Box, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, ask } from "../../api/client";
import { Failure } from "../../parts/States";
import { useFormats } from "../../words/formats";
import { useWords } from "../../words/language";
import { playground } from "../../words/playground";
import type { Turn } from "./useTalk";

const ACCOUNT_TRIES = 8;

/** Questions and answers. An answer is read out when it is whole, not word by word. */
export function Conversation(
  { model, turns }: { readonly model: string; readonly turns: readonly Turn[] }) {
  const t = useWords(playground);
  const last = turns.at(-1);
  return (
    <Box component="section" aria-label={t("conversation", { model })} className="archipel-talk">
      <Title order={2} size="h5">{model}</Title>
      {turns.length === 0 && <Text c="dimmed" mt="sm">{t("start")}</Text>}
      <Stack gap="lg" mt="sm">
        {turns.map((turn, index) => <Exchange key={index} turn={turn} model={model} />)}
      </Stack>
      <Box role="status" className="archipel-hidden">
        {last?.state === "running" && t("writing", { model })}
        {last?.state === "done" && `${t("finished", { model })} ${last.answer.text}`}
      </Box>
    </Box>
  );
}

function Exchange({ turn, model }: { readonly turn: Turn; readonly model: string }) {
  const t = useWords(playground);
  return (
    <Stack gap="sm">
      <Box className="archipel-question">
        <Text size="sm" c="dimmed">{t("you")}</Text>
        <Text className="archipel-prose">{turn.question}</Text>
      </Box>
      <Box>
        <Text size="sm" c="dimmed">{model}</Text>
        <Text className="archipel-prose">
          {turn.answer.text}
          {turn.state === "running" && <span className="archipel-caret" />}
        </Text>
        {turn.error !== undefined && <Failure error={turn.error} />}
        {turn.state !== "running" && turn.error === undefined && <Figures turn={turn} />}
      </Box>
    </Stack>
  );
}

function Figures({ turn }: { readonly turn: Turn }) {
  const t = useWords(playground);
  const f = useFormats();
  const { answer } = turn;
  const account = useAccount(answer.requestId);
  const writing = (answer.seconds ?? 0) - (answer.firstSeconds ?? 0);
  const tokens = answer.completionTokens;
  const facts = [
    turn.state === "stopped" ? t("stopped") : undefined,
    tokens === undefined ? undefined : t("tokens", { n: tokens + (answer.promptTokens ?? 0) }),
    answer.firstSeconds === undefined ? undefined : t("first", { time: f.seconds(answer.firstSeconds) }),
    tokens === undefined || writing <= 0 ? undefined : t("speed", { n: Math.round(tokens / writing) }),
    answer.engine === undefined ? undefined : t("where", { engine: answer.engine, site: answer.site ?? "" }),
    account === undefined ? undefined : f.money(Number(account.cost) * 1e6, account.currency),
  ].filter((fact) => fact !== undefined);
  return (
    <Group gap="xs" mt={6} className="archipel-facts">
      <Text size="sm" c="dimmed">{facts.join(" · ")}</Text>
      {account !== undefined && (
        <Anchor component={Link} size="sm" href={`/usage/requests/${account.id}`}>{t("explain")}</Anchor>
      )}
    </Group>
  );
}

/** What it cost is known when its record has come to the store: a moment later. */
function useAccount(requestId: string | undefined) {
  const query = useQuery({
    queryKey: ["request", requestId],
    queryFn: async () => {
      const path = { id: requestId ?? "" };
      return (await ask(api.GET("/api/v1/usage/requests/{id}", { params: { path } }))).items[0] ?? null;
    },
    enabled: requestId !== undefined,
    retry: ACCOUNT_TRIES,
    retryDelay: 1000,
  });
  return query.data ?? undefined;
}
