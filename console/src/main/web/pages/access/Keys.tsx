import { Box, Button, Code, Group, Modal, Stack, Text } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { unchanged, useProjects } from "../../api/lists";
import { useSession } from "../../app/session";
import { Mono, State, type Tone } from "../../parts/Badges";
import { ConfirmDialog } from "../../parts/ConfirmDialog";
import { Copy } from "../../parts/Copy";
import { DataTable } from "../../parts/DataTable";
import { FormDialog, type Filled } from "../../parts/FormDialog";
import { Section } from "../../parts/Layout";
import { Paged, usePages } from "../../parts/Paged";
import { Empty } from "../../parts/States";
import { useChange } from "../../parts/useChange";
import { access } from "../../words/access";
import { common } from "../../words/common";
import { useFormats } from "../../words/formats";
import { useWords } from "../../words/language";
import { useModels } from "../Models";

type Key = Schemas["KeyView"];
const STALE = ["keys"];
const LIVES = [30, 90, 180, 365];
const OVERLAPS = [1, 24, 168];
const STATES: Readonly<Record<string, readonly [Tone, "keyActive" | "keyExpired" | "keyRevoked" | "keyRotated"]>> = {
  active: ["good", "keyActive"],
  expired: ["calm", "keyExpired"],
  revoked: ["bad", "keyRevoked"],
  rotated: ["warn", "keyRotated"],
};

export default function Keys() {
  const t = useWords(access);
  const { may } = useSession();
  const [creating, setCreating] = useState(false);
  const [secret, setSecret] = useState<string>();
  const pages = usePages<Key>(["keys"], (after) =>
    ask(api.GET("/api/v1/keys", { params: { query: { ...(after && { after }) } } })));
  const button = may("key-change") && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {t("newKey")}
    </Button>
  );
  return (
    <Section title={t("keys")} actions={button} flush>
      <Paged
        pages={pages}
        empty={<Empty icon={IconKey} title={t("keysNone")} hint={t("keysNoneHint")} />}
      >
        {(items) => <List items={items} made={setSecret} />}
      </Paged>
      {creating && <Create close={() => setCreating(false)} made={setSecret} />}
      <Once secret={secret} close={() => setSecret(undefined)} />
    </Section>
  );
}

function nameOf(key: Key): string {
  return key.name ?? key.id;
}

function List(
  { items, made }: { readonly items: readonly Key[]; readonly made: (secret?: string) => void }) {
  const t = useWords(access);
  const c = useWords(common);
  const f = useFormats();
  const { may } = useSession();
  const [revoking, setRevoking] = useState<Key>();
  const [rotating, setRotating] = useState<Key>();
  const revoke = useChange(
    (key: Key) => ask(api.DELETE("/api/v1/keys/{id}", { params: { path: { id: key.id } } })), STALE);
  const rotate = useChange(
    ({ key, overlap }: { key: Key; overlap: string }) => ask(api.POST("/api/v1/keys/{id}/rotate", {
      params: { path: { id: key.id }, ...unchanged(key.version) }, body: { overlap },
    })), STALE);
  const state = (key: Key) => {
    const [tone, word] = STATES[key.state] ?? ["calm", "keyRotated"];
    return <State tone={tone}>{t(word)}</State>;
  };
  const buttons = (key: Key) => key.state === "active" && may("key-change") && (
    <Group gap="xs" wrap="nowrap" justify="flex-end">
      <Button
        size="xs" variant="default" onClick={() => setRotating(key)}
        aria-label={t("rotateOf", { name: nameOf(key) })}
      >
        {t("rotate")}
      </Button>
      <Button
        size="xs" variant="default" onClick={() => setRevoking(key)}
        aria-label={t("revokeOf", { name: nameOf(key) })}
      >
        {t("revoke")}
      </Button>
    </Group>
  );
  return (
    <>
      <DataTable
        caption={t("keys")}
        rows={items}
        id={(key) => key.id}
        columns={[
          {
            label: c("key"),
            cell: (key) => (
              <Box>
                <Text fw={600}>{nameOf(key)}</Text>
                <Mono>{`ark-${key.id}-…`}</Mono>
              </Box>
            ),
          },
          { label: c("project"), cell: (key) => `${key.organization} / ${key.project}` },
          { label: c("state"), cell: state },
          { label: c("expires"), cell: (key) => key.expires_at === undefined ? c("never") : f.date(key.expires_at) },
          { label: t("lastUse"), cell: (key) => key.last_used_at === undefined ? c("never") : f.ago(key.last_used_at) },
          { label: c("actions"), quiet: true, cell: buttons },
        ]}
      />
      <ConfirmDialog
        opened={revoking !== undefined} close={() => setRevoking(undefined)}
        title={t("revokeOf", { name: revoking === undefined ? "" : nameOf(revoking) })}
        consequence={t("revokeWhat")} action={t("revoke")}
        run={async () => {
          if (revoking !== undefined) {
            await revoke.mutateAsync(revoking);
          }
        }}
      />
      <FormDialog
        opened={rotating !== undefined} close={() => setRotating(undefined)}
        title={t("rotateOf", { name: rotating === undefined ? "" : nameOf(rotating) })}
        intro={t("rotateWhat")} action={t("rotate")} initial={{ overlap: "24h" }}
        fields={[{
          name: "overlap", label: t("overlap"), kind: "choice",
          options: OVERLAPS.map((n) => ({ value: `${n}h`, label: t("hours", { n }) })),
        }]}
        send={async ({ overlap }) => {
          if (rotating !== undefined) {
            made((await rotate.mutateAsync({ key: rotating, overlap: String(overlap) })).secret);
          }
        }}
      />
    </>
  );
}

function Create(
  { close, made }: { readonly close: () => void; readonly made: (secret?: string) => void }) {
  const t = useWords(access);
  const c = useWords(common);
  const projects = (useProjects().data ?? []).filter((one) => one.archived_at === undefined);
  const models = useModels().data ?? [];
  const create = useChange(
    (body: Schemas["KeyWish"]) => ask(api.POST("/api/v1/keys", { body })), STALE);
  const send = async ({ place, ...rest }: Filled) => {
    const [organization = "", project = ""] = String(place).split("/");
    made((await create.mutateAsync({ ...rest, organization, project } as Schemas["KeyWish"])).secret);
  };
  return (
    <FormDialog
      opened close={close} title={t("newKey")} action={c("create")}
      initial={{ expires: "90d", max_class: "interactive", ...(projects.length === 1 && { place: `${projects[0]?.organization}/${projects[0]?.name}` }) }}
      fields={[
        {
          name: "place", label: c("project"), kind: "choice", required: true,
          options: [
            { value: "", label: "" },
            ...projects.map((one) => {
              const place = `${one.organization}/${one.name}`;
              return { value: place, label: place };
            }),
          ],
        },
        { name: "name", label: t("keyName"), hint: t("keyNameHint"), required: true },
        {
          name: "expires", label: t("expires"), kind: "choice",
          options: LIVES.map((n) => ({ value: `${n}d`, label: t("days", { n }) })),
        },
        {
          name: "max_class", label: t("maxClass"), kind: "choice",
          options: (["interactive", "standard", "batch"] as const).map((one) => ({
            value: one, label: c(one),
          })),
        },
        {
          name: "models", label: t("allowedModels"), hint: t("allowedModelsHint"), kind: "choices",
          options: models.map((one) => ({ value: one.id, label: one.id })),
        },
      ]}
      send={send}
    />
  );
}

/** The only time that the key is shown. It is in no cache and no store of the page. */
function Once(
  { secret, close }: { readonly secret: string | undefined; readonly close: () => void }) {
  const t = useWords(access);
  return (
    <Modal
      opened={secret !== undefined} onClose={close} title={t("keyOnce")} withCloseButton={false}
      closeOnClickOutside={false} closeOnEscape={false}
    >
      <Stack gap="md">
        <Text>{t("keyOnceHint")}</Text>
        <Code block className="archipel-secret">{secret}</Code>
        <Group justify="space-between">
          <Copy text={secret ?? ""} label={t("copyKey")} wide />
          <Button onClick={close}>{t("keyCopied")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
