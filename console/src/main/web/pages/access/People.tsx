import { Box, Button, Group, Stack, Text } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { unchanged, useOrganizations, useProjects } from "../../api/lists";
import { useSession } from "../../app/session";
import { ConfirmDialog } from "../../parts/ConfirmDialog";
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

type Person = Schemas["PersonView"];
type Role = Schemas["RoleView"];
type Wish = Schemas["RoleWish"];
const STALE = ["persons", "me"];
const ROLES = [
  "consortium-admin", "site-operator", "organization-admin", "project-member", "auditor",
] as const;
const SCOPES: Readonly<Record<string, string>> = {
  "consortium-admin": "consortium", "site-operator": "site",
  "organization-admin": "organization", "project-member": "project",
};

export default function People() {
  const t = useWords(access);
  const pages = usePages<Person>(["persons"], (after) =>
    ask(api.GET("/api/v1/persons", { params: { query: { ...(after && { after }) } } })));
  return (
    <Section title={t("people")} flush>
      <Paged
        pages={pages}
        empty={<Empty icon={IconUsers} title={t("peopleNone")} hint={t("peopleNoneHint")} />}
      >
        {(items) => <List items={items} />}
      </Paged>
    </Section>
  );
}

function List({ items }: { readonly items: readonly Person[] }) {
  const t = useWords(access);
  const c = useWords(common);
  const f = useFormats();
  const { may } = useSession();
  const [granting, setGranting] = useState<Person>();
  const [revoking, setRevoking] = useState<{ readonly person: Person; readonly role: Role }>();
  const revoke = useChange(
    (role: Role) => ask(api.DELETE("/api/v1/roles/{grant}", {
      params: { path: { grant: role.id }, ...unchanged(role.version) },
    })), STALE);
  const roles = (person: Person) => person.roles.length === 0
    ? <Text c="dimmed" size="sm">{t("noRole")}</Text>
    : (
      <Stack gap={4}>
        {person.roles.map((role) => (
          <Group key={role.id} gap="xs" wrap="nowrap">
            <Text size="sm">
              {[t(role.role as "auditor"), role.organization, role.project].filter(Boolean).join(" · ")}
            </Text>
            {may("role-change") && (
              <Button
                size="compact-xs" variant="subtle" onClick={() => setRevoking({ person, role })}
                aria-label={t("withdrawRole", { role: t(role.role as "auditor") })}
              >
                {c("remove")}
              </Button>
            )}
          </Group>
        ))}
      </Stack>
    );
  return (
    <>
      <DataTable
        caption={t("people")}
        rows={items}
        id={(person) => person.id}
        columns={[
          {
            label: c("name"),
            cell: (person) => (
              <Box>
                <Text fw={600}>{person.display_name}</Text>
                <Text size="sm" c="dimmed">{person.email}</Text>
              </Box>
            ),
          },
          { label: t("roles"), cell: roles },
          { label: t("lastSeen"), cell: (person) => f.ago(person.last_seen_at) },
          {
            label: c("actions"), quiet: true,
            cell: (person) => may("role-change") && (
              <Button
                size="xs" variant="default" onClick={() => setGranting(person)}
                aria-label={t("grantTo", { name: person.display_name })}
              >
                {t("grant")}
              </Button>
            ),
          },
        ]}
      />
      {granting !== undefined && <Grant person={granting} close={() => setGranting(undefined)} />}
      <ConfirmDialog
        opened={revoking !== undefined} close={() => setRevoking(undefined)}
        title={t("withdrawRole", { role: t((revoking?.role.role ?? "auditor") as "auditor") })}
        consequence={t("withdrawRoleWhat", { name: revoking?.person.display_name ?? "" })}
        action={c("remove")}
        run={async () => {
          if (revoking !== undefined) {
            await revoke.mutateAsync(revoking.role);
          }
        }}
      />
    </>
  );
}

function Grant({ person, close }: { readonly person: Person; readonly close: () => void }) {
  const t = useWords(access);
  const c = useWords(common);
  const organizations = useOrganizations().data ?? [];
  const projects = useProjects().data ?? [];
  const grant = useChange(
    (body: Wish) => ask(api.POST("/api/v1/persons/{person}/roles", {
      params: { path: { person: person.id } }, body,
    })), STALE);
  const fields = (values: Filled): readonly Field[] => {
    const role = String(values["role"] ?? "");
    const scope = SCOPES[role] ?? String(values["scope"] ?? "site");
    const organization = String(values["organization"] ?? "");
    const inOne = scope === "organization" || scope === "project";
    return [
      {
        name: "role", label: t("role"), kind: "choice", required: true,
        options: [{ value: "", label: "" }, ...ROLES.map((one) => ({ value: one, label: t(one) }))],
      },
      {
        name: "scope", label: t("scope"), kind: "choice", hidden: role !== "auditor",
        options: [
          { value: "site", label: t("site") }, { value: "organization", label: c("organization") },
          { value: "consortium", label: t("consortium") },
        ],
      },
      {
        name: "organization", label: c("organization"), kind: "choice", hidden: !inOne, required: true,
        options: [{ value: "", label: "" }, ...organizations.map((one) => ({
          value: one.name, label: one.display_name ?? one.name,
        }))],
      },
      {
        name: "project", label: c("project"), kind: "choice", hidden: scope !== "project",
        required: true,
        options: [{ value: "", label: "" }, ...projects
          .filter((one) => one.organization === organization)
          .map((one) => ({ value: one.name, label: one.name }))],
      },
    ];
  };
  return (
    <FormDialog
      opened close={close} title={t("grantTo", { name: person.display_name })} action={t("grant")}
      fields={fields}
      send={(values) => {
        const role = String(values["role"]);
        const scope = SCOPES[role] ?? String(values["scope"] ?? "site");
        const inOne = scope === "organization" || scope === "project";
        const wish = {
          role, scope,
          ...(inOne && { organization: String(values["organization"]) }),
          ...(scope === "project" && { project: String(values["project"]) }),
        };
        return grant.mutateAsync(wish);
      }}
    />
  );
}
