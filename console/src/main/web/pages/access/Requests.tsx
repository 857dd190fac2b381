import { Box, Button, Group, Text } from "@mantine/core";
import { IconInbox, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { unchanged, useOrganizations, useProjects } from "../../api/lists";
import { useSession } from "../../app/session";
import { State, Tag, type Tone } from "../../parts/Badges";
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

type Request = Schemas["RequestView"];
type Verb = "approve" | "refuse" | "submit" | "withdraw";
const STALE = ["access-requests", "entitlements"];
const TONES: Readonly<Record<string, Tone>> = {
  submitted: "warn", approved: "good", refused: "bad",
};

export default function Requests() {
  const t = useWords(access);
  const { may } = useSession();
  const [drafting, setDrafting] = useState(false);
  const pages = usePages<Request>(["access-requests"], (after) =>
    ask(api.GET("/api/v1/access-requests", { params: { query: { ...(after && { after }) } } })));
  const button = may("request-change") && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setDrafting(true)}>
      {t("newRequest")}
    </Button>
  );
  return (
    <Section title={t("requests")} actions={button} flush>
      <Paged
        pages={pages}
        empty={<Empty icon={IconInbox} title={t("requestsNone")} hint={t("requestsNoneHint")} />}
      >
        {(items) => <List items={items} />}
      </Paged>
      {drafting && <Draft close={() => setDrafting(false)} />}
    </Section>
  );
}

function useStep() {
  return useChange(
    ({ request, verb, reason }: { request: Request; verb: Verb; reason?: string }) => {
      const params = { path: { id: request.id }, ...unchanged(request.version) };
      switch (verb) {
        case "approve":
          return ask(api.POST("/api/v1/access-requests/{id}/approve", { params, body: { reason } }));
        case "refuse":
          return ask(api.POST("/api/v1/access-requests/{id}/refuse", { params, body: { reason } }));
        case "submit":
          return ask(api.POST("/api/v1/access-requests/{id}/submit", { params }));
        case "withdraw":
          return ask(api.POST("/api/v1/access-requests/{id}/withdraw", { params }));
      }
    }, STALE);
}

function List({ items }: { readonly items: readonly Request[] }) {
  const t = useWords(access);
  const c = useWords(common);
  const f = useFormats();
  const { may } = useSession();
  const [deciding, setDeciding] =
    useState<{ readonly request: Request; readonly verb: "approve" | "refuse" }>();
  const step = useStep();
  const wanted = (request: Request) => (
    <Box>
      <Group gap={6}>{request.models.map((model) => <Tag key={model}>{model}</Tag>)}</Group>
      <Text size="sm" c="dimmed">
        {[
          c(request.max_class as "batch"),
          request.until === undefined ? "" : t("untilDate", { date: f.date(request.until) }),
        ].filter(Boolean).join(" · ")}
      </Text>
    </Box>
  );
  const button = (request: Request, verb: Verb, word: string, label: string) => (
    <Button
      size="xs" variant={verb === "approve" ? "filled" : "default"} aria-label={label}
      onClick={() => verb === "approve" || verb === "refuse"
        ? setDeciding({ request, verb })
        : step.mutate({ request, verb })}
    >
      {word}
    </Button>
  );
  const buttons = (request: Request) => (
    <Group gap="xs" wrap="nowrap" justify="flex-end">
      {request.state === "draft" && may("request-change") &&
        button(request, "submit", t("submit"), t("submit"))}
      {request.state === "submitted" && may("request-decide") && (
        <>
          {button(request, "approve", t("approve"), t("approveOf", { name: request.organization }))}
          {button(request, "refuse", t("refuse"), t("refuseOf", { name: request.organization }))}
        </>
      )}
      {["draft", "submitted"].includes(request.state) && may("request-change") &&
        button(request, "withdraw", t("withdraw"), t("withdraw"))}
    </Group>
  );
  const name = deciding?.request.organization ?? "";
  const approving = deciding?.verb === "approve";
  return (
    <>
      <DataTable
        caption={t("requests")}
        rows={items}
        id={(request) => request.id}
        columns={[
          {
            label: c("organization"),
            cell: (request) => (
              <Box miw={220}>
                <Text fw={600}>{[request.organization, request.project].filter(Boolean).join(" / ")}</Text>
                <Text size="sm" c="dimmed" fw={400} className="archipel-prose">{request.purpose}</Text>
              </Box>
            ),
          },
          { label: t("asked"), cell: wanted },
          {
            label: c("state"),
            cell: (request) => (
              <State tone={TONES[request.state] ?? "calm"}>{t(request.state as "draft")}</State>
            ),
          },
          {
            label: t("votes"),
            cell: (request) => t("votesOf", {
              n: request.votes.filter((vote) => vote.vote === "approve").length,
              needed: request.approvals_needed,
            }),
          },
          { label: c("actions"), quiet: true, cell: buttons },
        ]}
      />
      <FormDialog
        opened={deciding !== undefined} close={() => setDeciding(undefined)}
        title={approving ? t("approveOf", { name }) : t("refuseOf", { name })}
        intro={approving ? t("approveWhat") : t("refuseWhat")}
        action={approving ? t("approve") : t("refuse")}
        fields={[{ name: "reason", label: t("why"), kind: "prose", required: true }]}
        send={async ({ reason }) => {
          if (deciding !== undefined) {
            await step.mutateAsync({ ...deciding, reason: String(reason) });
          }
        }}
      />
    </>
  );
}

function Draft({ close }: { readonly close: () => void }) {
  const t = useWords(access);
  const c = useWords(common);
  const organizations = useOrganizations().data ?? [];
  const projects = useProjects().data ?? [];
  const draft = useChange(
    async (body: Schemas["NewRequest"]) => {
      const made = await ask(api.POST("/api/v1/access-requests", { body }));
      const params = { path: { id: made.id }, ...unchanged(made.version) };
      return ask(api.POST("/api/v1/access-requests/{id}/submit", { params }));
    }, STALE);
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
    { name: "models", label: t("models"), kind: "words", hint: t("modelsHint"), required: true },
    {
      name: "max_class", label: t("maxClass"), kind: "choice",
      options: (["interactive", "standard", "batch"] as const).map((one) => ({
        value: one, label: c(one),
      })),
    },
    { name: "from", label: t("from"), kind: "date" },
    { name: "until", label: t("until"), kind: "date", required: true },
    { name: "purpose", label: c("purpose"), kind: "prose", required: true },
  ];
  return (
    <FormDialog
      opened close={close} title={t("newRequest")} action={t("submit")}
      initial={{ max_class: "standard" }} fields={fields}
      send={({ organization, project, purpose, ...terms }) =>
        draft.mutateAsync({ organization, project, purpose, terms } as Schemas["NewRequest"])}
    />
  );
}
