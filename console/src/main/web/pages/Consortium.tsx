import { Button, Group, Text } from "@mantine/core";
import { IconPlugConnectedX, IconTopologyStar3 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, type Schemas } from "../api/client";
import { unchanged } from "../api/lists";
import { useSession } from "../app/session";
import { Mono, State, Tag } from "../parts/Badges";
import { ConfirmDialog } from "../parts/ConfirmDialog";
import { DataTable } from "../parts/DataTable";
import { Page, Section } from "../parts/Layout";
import { Answer, Empty } from "../parts/States";
import { useChange } from "../parts/useChange";
import { consortium as words } from "../words/accounts";
import { common } from "../words/common";
import { useFormats } from "../words/formats";
import { useWords } from "../words/language";

type Member = Schemas["MemberView"];
const NONE = "–";

/** Who belongs to the consortium, as this site knows it. */
export default function Consortium() {
  const t = useWords(words);
  const settings = useQuery({
    queryKey: ["settings"],
    queryFn: async () => (await ask(api.GET("/api/v1/settings"))).items,
  });
  return (
    <Page title={t("title")} hint={t("hint")}>
      <Answer query={settings}>
        {(items) => items.find((one) => one.key === "federation.entity")?.value === NONE
          ? (
            <Section title={t("partners")}>
              <Empty icon={IconPlugConnectedX} title={t("alone")} hint={t("aloneHint")} />
            </Section>
          )
          : <Federated />}
      </Answer>
    </Page>
  );
}

function Federated() {
  const consortium = useQuery({
    queryKey: ["consortium"], queryFn: () => ask(api.GET("/api/v1/consortium")),
  });
  return (
    <>
      <Identity />
      <Partners />
      {consortium.data?.founded === true && <Members />}
    </>
  );
}

function Marks({ marks }: { readonly marks: readonly string[] }) {
  return marks.length === 0
    ? <>–</>
    : <Group gap={6}>{marks.map((mark) => <Tag key={mark}>{mark.split("/").at(-1)}</Tag>)}</Group>;
}

function Identity() {
  const t = useWords(words);
  const f = useFormats();
  const query = useQuery({
    queryKey: ["federation"], queryFn: () => ask(api.GET("/api/v1/federation")),
    refetchInterval: 30_000,
  });
  return (
    <Section title={t("identity")}>
      <Answer query={query}>
        {(site) => (
          <dl className="archipel-list">
            <div><dt>{t("entity")}</dt><dd><Mono>{site.entity_id}</Mono></dd></div>
            <div><dt>{t("anchor")}</dt><dd><Mono>{site.anchor}</Mono></dd></div>
            <div>
              <dt>{t("heard")}</dt>
              <dd>{site.anchor_heard_at === undefined ? NONE : f.ago(site.anchor_heard_at)}</dd>
            </div>
            <div>
              <dt>{t("keys")}</dt>
              <dd>{site.keys.map((key) => `${key.kid.slice(0, 10)} (${key.phase})`).join(", ")}</dd>
            </div>
            <div><dt>{t("marks")}</dt><dd><Marks marks={site.marks as readonly string[]} /></dd></div>
          </dl>
        )}
      </Answer>
    </Section>
  );
}

function Partners() {
  const t = useWords(words);
  const c = useWords(common);
  const f = useFormats();
  const query = useQuery({
    queryKey: ["partners"],
    queryFn: async () => (await ask(api.GET("/api/v1/federation/partners"))).items,
    refetchInterval: 10_000,
  });
  return (
    <Section title={t("partners")} flush>
      <Answer query={query}>
        {(items) => items.length === 0
          ? <Empty icon={IconTopologyStar3} title={t("partnersNone")} hint={t("partnersNoneHint")} />
          : (
            <DataTable
              caption={t("partners")}
              rows={items}
              id={(one) => one.entity_id}
              columns={[
                { label: c("site"), cell: (one) => <Text fw={600}>{one.name}</Text> },
                { label: c("organization"), cell: (one) => one.organization },
                { label: t("marks"), cell: (one) => <Marks marks={[...one.marks, ...one.labels] as string[]} /> },
                { label: t("expires"), cell: (one) => f.dateTime(one.chain_expires_at) },
                {
                  label: c("state"),
                  cell: (one) => one.state === "suspended"
                    ? <State tone="bad">{t("suspended")}</State>
                    : <State tone="good">{t("active")}</State>,
                },
              ]}
            />
          )}
      </Answer>
    </Section>
  );
}

function Members() {
  const t = useWords(words);
  const c = useWords(common);
  const f = useFormats();
  const { may } = useSession();
  const [suspending, setSuspending] = useState<Member>();
  const query = useQuery({
    queryKey: ["members"],
    queryFn: async () => (await ask(api.GET("/api/v1/consortium/members"))).items,
  });
  const stale = ["members", "partners"];
  const params = (member: Member) => ({ path: { site: member.site_id }, ...unchanged(member.version) });
  const suspend = useChange(
    ({ member, why }: { member: Member; why: string }) => ask(api.POST(
      "/api/v1/consortium/members/{site}/suspend", { params: params(member), body: { why } })), stale);
  const resume = useChange((member: Member) => ask(api.POST(
    "/api/v1/consortium/members/{site}/resume", { params: params(member) })), stale);
  const button = (member: Member) => may("consortium-change") && (
    member.suspended_at === undefined
      ? (
        <Button
          size="xs" variant="default" onClick={() => setSuspending(member)}
          aria-label={t("suspendOf", { name: member.name })}
        >
          {t("suspend")}
        </Button>
      )
      : (
        <Button size="xs" variant="default" onClick={() => resume.mutate(member)}>
          {t("resume")}
        </Button>
      ));
  return (
    <Section title={t("members")} hint={t("membersHint")} flush>
      <Answer query={query}>
        {(items) => (
          <DataTable
            caption={t("members")}
            rows={items}
            id={(one) => one.entity_id}
            columns={[
              { label: c("site"), cell: (one) => <Text fw={600}>{one.name}</Text> },
              { label: c("organization"), cell: (one) => one.organization },
              { label: t("marks"), cell: (one) => <Marks marks={one.marks.map((mark) => mark.type)} /> },
              { label: t("admitted"), cell: (one) => f.date(one.admitted_at) },
              {
                label: c("state"),
                cell: (one) => one.suspended_at === undefined
                  ? <State tone="good">{t("active")}</State>
                  : <State tone="bad">{t("suspended")}</State>,
              },
              { label: c("actions"), quiet: true, cell: button },
            ]}
          />
        )}
      </Answer>
      <ConfirmDialog
        opened={suspending !== undefined} close={() => setSuspending(undefined)}
        title={t("suspendOf", { name: suspending?.name ?? "" })}
        consequence={t("suspendWhat", { name: suspending?.name ?? "" })} action={t("suspend")}
        fields={[{ name: "why", label: t("why"), required: true }]}
        run={async ({ why }) => {
          if (suspending !== undefined) {
            await suspend.mutateAsync({ member: suspending, why: String(why) });
          }
        }}
      />
    </Section>
  );
}
