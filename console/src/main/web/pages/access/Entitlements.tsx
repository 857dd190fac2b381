import { Box, Button, Group, Text } from "@mantine/core";
import { IconCertificate } from "@tabler/icons-react";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { unchanged } from "../../api/lists";
import { useSession } from "../../app/session";
import { State, Tag, type Tone } from "../../parts/Badges";
import { ConfirmDialog } from "../../parts/ConfirmDialog";
import { DataTable } from "../../parts/DataTable";
import { Section } from "../../parts/Layout";
import { Paged, usePages } from "../../parts/Paged";
import { Empty } from "../../parts/States";
import { useChange } from "../../parts/useChange";
import { access } from "../../words/access";
import { common } from "../../words/common";
import { useFormats } from "../../words/formats";
import { useWords } from "../../words/language";

type Entitlement = Schemas["EntitlementView"];
const TONES: Readonly<Record<string, Tone>> = { active: "good", future: "warn" };

export default function Entitlements() {
  const t = useWords(access);
  const pages = usePages<Entitlement>(["entitlements"], (after) =>
    ask(api.GET("/api/v1/entitlements", { params: { query: { ...(after && { after }) } } })));
  return (
    <Section title={t("entitlements")} flush>
      <Paged
        pages={pages}
        empty={
          <Empty
            icon={IconCertificate} title={t("entitlementsNone")} hint={t("entitlementsNoneHint")}
          />
        }
      >
        {(items) => <List items={items} />}
      </Paged>
    </Section>
  );
}

function List({ items }: { readonly items: readonly Entitlement[] }) {
  const t = useWords(access);
  const c = useWords(common);
  const f = useFormats();
  const { may } = useSession();
  const [ending, setEnding] = useState<Entitlement>();
  const end = useChange(
    (one: Entitlement) => ask(api.POST("/api/v1/entitlements/{id}/end", {
      params: { path: { id: one.id }, ...unchanged(one.version) }, body: {},
    })), ["entitlements"]);
  return (
    <>
      <DataTable
        caption={t("entitlements")}
        rows={items}
        id={(one) => one.id}
        columns={[
          {
            label: c("organization"),
            cell: (one) => (
              <Box>
                <Text fw={600}>{[one.organization, one.project].filter(Boolean).join(" / ")}</Text>
                <Text size="sm" c="dimmed" fw={400}>{one.decision}</Text>
              </Box>
            ),
          },
          {
            label: t("models"),
            cell: (one) => (
              <Group gap={6}>{one.models.map((model) => <Tag key={model}>{model}</Tag>)}</Group>
            ),
          },
          { label: t("maxClass"), cell: (one) => c(one.max_class as "batch") },
          { label: t("from"), cell: (one) => f.date(one.from) },
          { label: t("until"), cell: (one) => one.until === undefined ? "–" : f.date(one.until) },
          {
            label: c("state"),
            cell: (one) => (
              <State tone={TONES[one.state] ?? "calm"}>
                {one.state === "active" ? t("keyActive") : one.state === "future" ? t("future") : t("ended")}
              </State>
            ),
          },
          {
            label: c("actions"), quiet: true,
            cell: (one) => one.state === "active" && may("entitlement-change") && (
              <Button
                size="xs" variant="default" onClick={() => setEnding(one)}
                aria-label={t("endOf", { name: one.organization })}
              >
                {t("end")}
              </Button>
            ),
          },
        ]}
      />
      <ConfirmDialog
        opened={ending !== undefined} close={() => setEnding(undefined)}
        title={t("endOf", { name: ending?.organization ?? "" })}
        consequence={t("endWhat", { name: ending?.organization ?? "" })} action={t("end")}
        run={async () => {
          if (ending !== undefined) {
            await end.mutateAsync(ending);
          }
        }}
      />
    </>
  );
}
