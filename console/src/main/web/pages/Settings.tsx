import { Group, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "../api/client";
import { useSite } from "../app/Shell";
import { Mono, State } from "../parts/Badges";
import { DataTable } from "../parts/DataTable";
import { Page, Section } from "../parts/Layout";
import { Answer } from "../parts/States";
import { common } from "../words/common";
import { useFormats } from "../words/formats";
import { settings as words } from "../words/govern";
import { useWords } from "../words/language";

/** The configuration, to look at. */
export default function Settings() {
  const t = useWords(words);
  const c = useWords(common);
  const f = useFormats();
  const site = useSite().data;
  const [wanted, setWanted] = useState("");
  const list = useQuery({
    queryKey: ["settings"],
    queryFn: async () => (await ask(api.GET("/api/v1/settings"))).items,
  });
  return (
    <Page title={t("title")} hint={t("hint")}>
      {site !== undefined && (
        <Section title={t("facts")}>
          <Group gap="xl">
            <Text>{`${t("version")} : ${site.version}`}</Text>
            <Text>{`${c("site")} : ${site.id}`}</Text>
            <Text>{`${t("started")} : ${f.ago(site.started_at)}`}</Text>
          </Group>
        </Section>
      )}
      <TextInput
        label={t("find")} value={wanted} maw={420} autoComplete="off"
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      <Section title={t("keys")} flush>
        <Answer query={list}>
          {(items) => (
            <DataTable
              caption={t("keys")}
              rows={items.filter((one) => one.key.includes(wanted.trim()))}
              id={(one) => one.key}
              columns={[
                { label: t("key"), cell: (one) => <Mono>{one.key}</Mono> },
                { label: t("value"), cell: (one) => <Mono>{one.value}</Mono> },
                {
                  label: c("state"),
                  cell: (one) => one.usual
                    ? <State tone="calm">{t("usual")}</State>
                    : <State tone="good">{t("changed")}</State>,
                },
              ]}
            />
          )}
        </Answer>
      </Section>
    </Page>
  );
}
