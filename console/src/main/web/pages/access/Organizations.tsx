import { Box, Button, Text } from "@mantine/core";
import { IconBuilding, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { unchanged } from "../../api/lists";
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

type Organization = Schemas["OrganizationView"];
const STALE = ["organizations", "projects"];

export default function Organizations() {
  const t = useWords(access);
  const { may } = useSession();
  const [creating, setCreating] = useState(false);
  const pages = usePages<Organization>(["organizations"], (after) =>
    ask(api.GET("/api/v1/organizations", { params: { query: { ...(after && { after }) } } })));
  const button = may("organization-create") && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {t("newOrganization")}
    </Button>
  );
  return (
    <Section title={t("organizations")} actions={button} flush>
      <Paged
        pages={pages}
        empty={
          <Empty
            icon={IconBuilding} title={t("organizationsNone")} hint={t("organizationsNoneHint")}
          />
        }
      >
        {(items) => <List items={items} />}
      </Paged>
      <Create opened={creating} close={() => setCreating(false)} />
    </Section>
  );
}

function List({ items }: { readonly items: readonly Organization[] }) {
  const t = useWords(access);
  const c = useWords(common);
  const f = useFormats();
  const { may } = useSession();
  const [suspending, setSuspending] = useState<Organization>();
  const suspend = useChange(
    ({ organization, why }: { organization: Organization; why: string }) =>
      ask(api.POST("/api/v1/organizations/{organization}/suspend", {
        params: { path: { organization: organization.name }, ...unchanged(organization.version) },
        body: { why },
      })), STALE);
  const resume = useChange(
    (organization: Organization) =>
      ask(api.POST("/api/v1/organizations/{organization}/resume", {
        params: { path: { organization: organization.name }, ...unchanged(organization.version) },
      })), STALE);
  return (
    <>
      <DataTable
        caption={t("organizations")}
        rows={items}
        id={(one) => one.name}
        columns={[
          {
            label: c("name"),
            cell: (one) => (
              <Box>
                <Text fw={600}>{one.display_name ?? one.name}</Text>
                <Mono>{one.name}</Mono>
              </Box>
            ),
          },
          { label: t("kind"), cell: (one) => t(one.kind as "contributor") },
          { label: t("share"), number: true, cell: (one) => f.number(one.share) },
          {
            label: c("state"),
            cell: (one) => one.state === "active"
              ? <State tone="good">{t("active")}</State>
              : <State tone="bad">{t("suspended")}</State>,
          },
          { label: c("created"), cell: (one) => f.date(one.created_at) },
          {
            label: c("actions"), quiet: true,
            cell: (one) => may("organization-govern") && (one.state === "active"
              ? (
                <Button
                  size="xs" variant="default" onClick={() => setSuspending(one)}
                  aria-label={t("suspendOf", { name: one.name })}
                >
                  {t("suspend")}
                </Button>
              )
              : (
                <Button size="xs" variant="default" onClick={() => resume.mutate(one)}>
                  {t("resume")}
                </Button>
              )),
          },
        ]}
      />
      <ConfirmDialog
        opened={suspending !== undefined} close={() => setSuspending(undefined)}
        title={t("suspendOf", { name: suspending?.name ?? "" })}
        consequence={t("suspendWhat", { name: suspending?.name ?? "" })}
        action={t("suspend")}
        fields={[{ name: "why", label: t("why"), required: true }]}
        run={async ({ why }) => {
          if (suspending !== undefined) {
            await suspend.mutateAsync({ organization: suspending, why: String(why) });
          }
        }}
      />
    </>
  );
}

function Create({ opened, close }: { readonly opened: boolean; readonly close: () => void }) {
  const t = useWords(access);
  const c = useWords(common);
  const create = useChange(
    (body: Schemas["NewOrganization"]) => ask(api.POST("/api/v1/organizations", { body })), STALE);
  return (
    <FormDialog
      opened={opened} close={close} title={t("newOrganization")} action={c("create")}
      initial={{ kind: "contributor" }}
      fields={[
        { name: "name", label: t("shortName"), hint: t("shortNameHint"), required: true },
        { name: "display_name", label: t("displayName") },
        {
          name: "kind", label: t("kind"), kind: "choice",
          options: [
            { value: "contributor", label: t("contributor") },
            { value: "beneficiary", label: t("beneficiary") },
          ],
        },
      ]}
      send={(values) => create.mutateAsync(values as Schemas["NewOrganization"])}
    />
  );
}
