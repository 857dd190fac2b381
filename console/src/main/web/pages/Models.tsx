import { Box, Button, Group, Modal, Stack, Tabs, Text } from "@mantine/core";
import { IconBox, IconCode } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { api, ask, type Schemas } from "../api/client";
import { useSession } from "../app/session";
import { useSite } from "../app/Shell";
import { Mono, State, Tag } from "../parts/Badges";
import { Copy, Snippet } from "../parts/Copy";
import { DataTable } from "../parts/DataTable";
import { Page, Section } from "../parts/Layout";
import { Answer, Empty } from "../parts/States";
import { common } from "../words/common";
import { useFormats } from "../words/formats";
import { useWords } from "../words/language";
import { models as words } from "../words/models";
import { baseUrl, snippets } from "./models/snippets";
import { rateOf } from "./models/tariffs";

type Model = Schemas["ModelView"];

export function useModels() {
  return useQuery({
    queryKey: ["models"],
    queryFn: async () => (await ask(api.GET("/api/v1/models"))).items,
    refetchInterval: 30_000,
  });
}

/** What can be used here, and how. */
export default function Models() {
  const t = useWords(words);
  const { may } = useSession();
  const list = useModels();
  const [chosen, setChosen] = useState<Model>();
  return (
    <Page title={t("title")} hint={t("hint")}>
      <Endpoint />
      <Answer query={list}>
        {(items) => items.length === 0
          ? (
            <Section title={t("title")}>
              <Empty icon={IconBox} title={t("none")} hint={t("noneHint")}>
                {may("engine-change") &&
                  <Button component={Link} href="/engines">{t("noneButton")}</Button>}
              </Empty>
            </Section>
          )
          : <List items={items} use={setChosen} />}
      </Answer>
      <Use model={chosen} close={() => setChosen(undefined)} />
    </Page>
  );
}

function Endpoint() {
  const t = useWords(words);
  const site = useSite().data;
  if (site === undefined) {
    return null;
  }
  const base = baseUrl(site.api, window.location);
  return (
    <Group gap="xl">
      <Group gap="xs">
        <Text c="dimmed" size="sm">{t("endpoint")}</Text>
        <Mono>{base}</Mono>
        <Copy text={base} />
      </Group>
      {site.labels.length > 0 && (
        <Group gap="xs">
          <Text c="dimmed" size="sm">{t("labels")}</Text>
          {site.labels.map((label) => <Tag key={label}>{label}</Tag>)}
        </Group>
      )}
    </Group>
  );
}

function Health({ model }: { readonly model: Model }) {
  const t = useWords(words);
  if (model.off !== undefined) {
    return <State tone="calm">{t("off", { why: model.off })}</State>;
  }
  return model.engines_up === 0
    ? <State tone="bad">{t("unavailable")}</State>
    : model.engines_up < model.engines
      ? <State tone="warn">{t("partly")}</State>
      : <State tone="good">{t("available")}</State>;
}

function List(
  { items, use }: { readonly items: readonly Model[]; readonly use: (model: Model) => void }) {
  const t = useWords(words);
  const c = useWords(common);
  const f = useFormats();
  const tariffs = useQuery({
    queryKey: ["tariffs"],
    queryFn: async () => (await ask(api.GET("/api/v1/tariffs"))).items,
    staleTime: 60_000,
  });
  const price = (model: Model) => {
    const tariff = rateOf(tariffs.data ?? [], model.id, Date.now());
    return tariff === undefined
      ? <Text c="dimmed" size="sm">{t("free")}</Text>
      : (
        <Text size="sm" className="archipel-number">
          {`${f.money(tariff.prompt ?? 0, tariff.currency)} ${t("priceRead")} · ${
            f.money(tariff.completion ?? 0, tariff.currency)} ${t("priceWritten")}`}
        </Text>
      );
  };
  return (
    <Section title={t("title")} flush>
      <DataTable
        caption={t("title")}
        rows={items}
        id={(model) => model.id}
        columns={[
          {
            label: c("model"),
            cell: (model) => (
              <Box>
                <Text fw={600}>{model.id}</Text>
                {model.aliases.length > 0 &&
                  <Text size="sm" c="dimmed">{model.aliases.join(", ")}</Text>}
              </Box>
            ),
          },
          { label: t("kind"), cell: (model) => t(model.kind as "chat") },
          { label: c("state"), cell: (model) => <Health model={model} /> },
          {
            label: t("context"), number: true,
            cell: (model) => model.context_window === undefined
              ? "–" : t("contextTokens", { n: model.context_window }),
          },
          { label: t("price"), cell: price },
          {
            label: c("actions"), quiet: true,
            cell: (model) => (
              <Button
                size="xs" variant="default" leftSection={<IconCode size={16} aria-hidden />}
                onClick={() => use(model)} aria-label={t("useTitle", { model: model.id })}
              >
                {t("use")}
              </Button>
            ),
          },
        ]}
      />
    </Section>
  );
}

function Use({ model, close }: { readonly model: Model | undefined; readonly close: () => void }) {
  const t = useWords(words);
  const c = useWords(common);
  const site = useSite().data;
  const ways = snippets(baseUrl(site?.api ?? "", window.location), model?.id ?? "");
  return (
    <Modal
      opened={model !== undefined} onClose={close} size="xl"
      title={t("useTitle", { model: model?.id ?? "" })}
      closeButtonProps={{ "aria-label": c("close") }}
    >
      <Stack gap="sm">
        <Text c="dimmed" size="sm">{t("useHint")}</Text>
        <Tabs defaultValue="curl" keepMounted={false}>
          <Tabs.List>
            {ways.map((way) => <Tabs.Tab key={way.name} value={way.name}>{way.name}</Tabs.Tab>)}
          </Tabs.List>
          {ways.map((way) => (
            <Tabs.Panel key={way.name} value={way.name} pt="sm">
              <Snippet code={way.code} label={way.name} />
            </Tabs.Panel>
          ))}
        </Tabs>
      </Stack>
    </Modal>
  );
}
