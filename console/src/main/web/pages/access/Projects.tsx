import { Box, Button, Text } from "@mantine/core";
import { IconFolder, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { unchanged, useOrganizations } from "../../api/lists";
import { useSession } from "../../app/session";
import { Mono, State } from "../../parts/Badges";
import { ConfirmDialog } from "../../parts/ConfirmDialog";
import { DataTable } from "../../parts/DataTable";
import { FormDialog } from "../../parts/FormDialog";
import { Section } from "../../parts/Layout";
import { Paged, usePages } from "../../parts/Paged";
import { Empty } from "../../parts/States";
import { useChange } from "../../parts/useChange";
import { access } from "../../words/access";
import { common } from "../../words/common";
import { useFormats } from "../../words/formats";
import { useWords } from "../../words/language";

type Project = Schemas["ProjectView"];
const STALE = ["projects"];

export default function Projects() {
  const t = useWords(access);
  const { may } = useSession();
  const [creating, setCreating] = useState(false);
  const pages = usePages<Project>(["projects"], (after) =>
    ask(api.GET("/api/v1/projects", { params: { query: { ...(after && { after }) } } })));
  const button = may("project-change") && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {t("newProject")}
    </Button>
  );
  return (
    <Section title={t("projects")} actions={button} flush>
      <Paged
        pages={pages}
        empty={<Empty icon={IconFolder} title={t("projectsNone")} hint={t("projectsNoneHint")} />}
      >
        {(items) => <List items={items} />}
      </Paged>
      {creating && <Create close={() => setCreating(false)} />}
    </Section>
  );
}

function where(project: Project) {
  return {
    path: { organization: project.organization, project: project.name },
    ...unchanged(project.version),
  };
}

function List({ items }: { readonly items: readonly Project[] }) {
  const t = useWords(access);
  const c = useWords(common);
  const f = useFormats();
  const { may } = useSession();
  const [archiving, setArchiving] = useState<Project>();
  const archive = useChange(
    (project: Project) => ask(api.POST(
      "/api/v1/organizations/{organization}/projects/{project}/archive", { params: where(project) })),
    STALE);
  const restore = useChange(
    (project: Project) => ask(api.POST(
      "/api/v1/organizations/{organization}/projects/{project}/restore", { params: where(project) })),
    STALE);
  return (
    <>
      <DataTable
        caption={t("projects")}
        rows={items}
        id={(one) => `${one.organization}/${one.name}`}
        columns={[
          {
            label: c("project"),
            cell: (one) => (
              <Box>
                <Text fw={600}>{one.display_name ?? one.name}</Text>
                <Mono>{one.name}</Mono>
              </Box>
            ),
          },
          { label: c("organization"), cell: (one) => one.organization },
          { label: c("purpose"), cell: (one) => one.purpose ?? "–" },
          { label: c("created"), cell: (one) => one.created_at === undefined ? "–" : f.date(one.created_at) },
          {
            label: c("state"),
            cell: (one) => one.archived_at === undefined
              ? <State tone="good">{t("keyActive")}</State>
              : <State tone="calm">{t("archived")}</State>,
          },
          {
            label: c("actions"), quiet: true,
            cell: (one) => may("project-change") && (one.archived_at === undefined
              ? (
                <Button
                  size="xs" variant="default" onClick={() => setArchiving(one)}
                  aria-label={t("archiveOf", { name: one.name })}
                >
                  {t("archive")}
                </Button>
              )
              : (
                <Button size="xs" variant="default" onClick={() => restore.mutate(one)}>
                  {t("restore")}
                </Button>
              )),
          },
        ]}
      />
      <ConfirmDialog
        opened={archiving !== undefined} close={() => setArchiving(undefined)}
        title={t("archiveOf", { name: archiving?.name ?? "" })}
        consequence={t("archiveWhat", { name: archiving?.name ?? "" })}
        action={t("archive")}
        run={async () => {
          if (archiving !== undefined) {
            await archive.mutateAsync(archiving);
          }
        }}
      />
    </>
  );
}

function Create({ close }: { readonly close: () => void }) {
  const t = useWords(access);
  const c = useWords(common);
  const organizations = useOrganizations().data ?? [];
  const create = useChange(
    ({ organization, ...body }: Schemas["NewProject"] & { organization: string }) =>
      ask(api.POST("/api/v1/organizations/{organization}/projects", {
        params: { path: { organization } }, body,
      })), STALE);
  return (
    <FormDialog
      opened close={close} title={t("newProject")} action={c("create")}
      fields={[
        {
          name: "organization", label: c("organization"), kind: "choice", required: true,
          options: [
            { value: "", label: "" },
            ...organizations.map((one) => ({ value: one.name, label: one.display_name ?? one.name })),
          ],
        },
        { name: "name", label: t("shortName"), hint: t("shortNameHint"), required: true },
        { name: "display_name", label: t("displayName") },
        { name: "purpose", label: c("purpose"), kind: "prose" },
      ]}
      send={(values) =>
        create.mutateAsync(values as Schemas["NewProject"] & { organization: string })}
    />
  );
}
