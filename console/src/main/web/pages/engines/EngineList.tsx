import { Box, Button, Group, Text } from "@mantine/core";
import { IconPlus, IconServer } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { unchanged, useOrganizations } from "../../api/lists";
import { useLive } from "../../app/live";
import { useSession } from "../../app/session";
import { Bar } from "../../parts/Bar";
import { Mono, State, type Tone } from "../../parts/Badges";
import { ConfirmDialog } from "../../parts/ConfirmDialog";
import { DataTable } from "../../parts/DataTable";
import { FormDialog } from "../../parts/FormDialog";
import { Section } from "../../parts/Layout";
import { Answer, Empty } from "../../parts/States";
import { useChange } from "../../parts/useChange";
import { common } from "../../words/common";
import { engines as words } from "../../words/engines";
import { useFormats } from "../../words/formats";
import { useWords } from "../../words/language";

type Engine = Schemas["EngineView"];
const STALE = ["engines", "models"];
const TYPES = ["vllm", "sglang", "llamacpp", "ollama", "openai"];
const TONES: Readonly<Record<string, Tone>> = { up: "good", down: "bad", draining: "warn" };

export function EngineList() {
  const t = useWords(words);
  const { may } = useSession();
  const [adding, setAdding] = useState(false);
  const list = useQuery({
    queryKey: ["engines"],
    queryFn: async () => (await ask(api.GET("/api/v1/engines"))).items,
    refetchInterval: 5_000,
  });
  const button = may("engine-change") && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      {t("add")}
    </Button>
  );
  return (
    <Section title={t("engines")} actions={button} flush>
      <Answer query={list}>
        {(items) => items.length === 0
          ? <Empty icon={IconServer} title={t("none")} hint={t("noneHint")} />
          : <Engines items={items} />}
      </Answer>
      {adding && <Add close={() => setAdding(false)} />}
    </Section>
  );
}

/** What the scheduler has learned of an engine, from the live view. */
function useLearned(engine: Engine) {
  const { live } = useLive();
  return live?.pools.find((pool) => pool.model === engine.model)
    ?.engine_states?.find((one) => one.engine === engine.id);
}

function Load({ engine }: { readonly engine: Engine }) {
  const t = useWords(words);
  const learned = useLearned(engine);
  return learned === undefined
    ? <>–</>
    : (
      <Bar
        share={learned.saturation ?? 0}
        label={`${t("load")} ${engine.id} ${engine.model}`}
      />
    );
}

function Running({ engine }: { readonly engine: Engine }) {
  const f = useFormats();
  const learned = useLearned(engine);
  return learned === undefined
    ? <>–</> : <>{`${f.number(learned.running)} / ${f.number(learned.limit)}`}</>;
}

function Speed({ engine }: { readonly engine: Engine }) {
  const t = useWords(words);
  const f = useFormats();
  const learned = useLearned(engine);
  const between = learned?.inter_token_seconds ?? 0;
  return learned === undefined || between <= 0
    ? <>–</>
    : (
      <>
        {t("speedOf", {
          read: f.short(learned.prefill_tokens_per_second ?? 0), write: f.number(1 / between),
        })}
      </>
    );
}

function Engines({ items }: { readonly items: readonly Engine[] }) {
  const t = useWords(words);
  const c = useWords(common);
  const { may } = useSession();
  const [draining, setDraining] = useState<Engine>();
  const [removing, setRemoving] = useState<Engine>();
  const drain = useChange((engine: Engine) => ask(api.POST(
    "/api/v1/engines/{id}/drain", { params: { path: { id: engine.id } } })), STALE);
  const resume = useChange((engine: Engine) => ask(api.POST(
    "/api/v1/engines/{id}/resume", { params: { path: { id: engine.id } } })), STALE);
  const remove = useChange((engine: Engine) => ask(api.DELETE("/api/v1/engines/{id}", {
    params: { path: { id: engine.id }, ...(engine.version !== undefined && unchanged(engine.version)) },
  })), STALE);
  const state = (engine: Engine) => {
    const word = engine.draining_since === undefined ? engine.state : "draining";
    return (
      <Box>
        <State tone={TONES[word] ?? "calm"}>{t(word as "up")}</State>
        {engine.problem !== undefined && (
          <Text size="sm" c="dimmed" maw={320}>{engine.problem}</Text>
        )}
      </Box>
    );
  };
  const buttons = (engine: Engine) => may("engine-change") && (
    <Group gap="xs" wrap="nowrap" justify="flex-end">
      {engine.draining_since === undefined
        ? (
          <Button
            size="xs" variant="default" onClick={() => setDraining(engine)}
            aria-label={t("drainOf", { name: engine.id })}
          >
            {t("drain")}
          </Button>
        )
        : (
          <Button size="xs" variant="default" onClick={() => resume.mutate(engine)}>
            {t("resume")}
          </Button>
        )}
      {engine.origin === "store" && (
        <Button
          size="xs" variant="default" onClick={() => setRemoving(engine)}
          aria-label={t("removeOf", { name: engine.id })}
        >
          {t("remove")}
        </Button>
      )}
    </Group>
  );
  return (
    <>
      <DataTable
        caption={t("engines")}
        rows={items}
        id={(engine) => `${engine.id} ${engine.model}`}
        columns={[
          {
            label: c("engine"),
            cell: (engine) => (
              <Box>
                <Text fw={600}>{engine.id}</Text>
                <Text size="sm" c="dimmed" fw={400}>
                  {[engine.type, engine.hardware && `${engine.hardware.count} × ${engine.hardware.device}`]
                    .filter(Boolean).join(" · ")}
                </Text>
                <Mono>{engine.url}</Mono>
                {engine.origin === "file" &&
                  <Text size="xs" c="dimmed" fw={400}>{t("fromFile")}</Text>}
              </Box>
            ),
          },
          { label: c("model"), cell: (engine) => engine.model },
          { label: c("owner"), cell: (engine) => engine.owner },
          { label: c("state"), cell: state },
          { label: t("load"), cell: (engine) => <Load engine={engine} /> },
          { label: t("running"), number: true, cell: (engine) => <Running engine={engine} /> },
          { label: t("speed"), number: true, cell: (engine) => <Speed engine={engine} /> },
          { label: c("actions"), quiet: true, cell: buttons },
        ]}
      />
      <ConfirmDialog
        opened={draining !== undefined} close={() => setDraining(undefined)}
        title={t("drainOf", { name: draining?.id ?? "" })}
        consequence={t("drainWhat", { name: draining?.id ?? "" })} action={t("drain")}
        run={async () => {
          if (draining !== undefined) {
            await drain.mutateAsync(draining);
          }
        }}
      />
      <ConfirmDialog
        opened={removing !== undefined} close={() => setRemoving(undefined)}
        title={t("removeOf", { name: removing?.id ?? "" })}
        consequence={t("removeWhat", { name: removing?.id ?? "" })} action={t("remove")}
        run={async () => {
          if (removing !== undefined) {
            await remove.mutateAsync(removing);
          }
        }}
      />
    </>
  );
}

function Add({ close }: { readonly close: () => void }) {
  const t = useWords(words);
  const c = useWords(common);
  const organizations = useOrganizations().data ?? [];
  const add = useChange(
    (body: Schemas["EngineFields"]) => ask(api.POST("/api/v1/engines", { body })), STALE);
  return (
    <FormDialog
      opened close={close} title={t("add")} action={t("add")} initial={{ type: "vllm" }}
      fields={[
        { name: "url", label: t("address"), hint: t("addressHint"), required: true },
        {
          name: "type", label: t("type"), kind: "choice",
          options: TYPES.map((type) => ({ value: type, label: type })),
        },
        { name: "id", label: t("name"), hint: t("nameHint"), required: true },
        { name: "model", label: t("served"), required: true },
        { name: "upstream_model", label: t("upstream") },
        {
          name: "owner", label: c("owner"), kind: "choice",
          options: [{ value: "", label: "" }, ...organizations.map((one) => ({
            value: one.name, label: one.display_name ?? one.name,
          }))],
        },
        { name: "api_key", label: t("apiKey"), hint: t("apiKeyHint") },
        { name: "device", label: t("device"), hint: t("deviceHint") },
        { name: "max_concurrency", label: t("concurrency"), kind: "number" },
      ]}
      send={({ model, upstream_model, device, ...rest }) => add.mutateAsync({
        ...rest,
        models: [{
          model: String(model),
          ...(upstream_model !== undefined && { upstream_model: String(upstream_model) }),
        }],
        ...(device !== undefined && { hardware: { device: String(device), count: 1 } }),
      } as Schemas["EngineFields"])}
    />
  );
}
