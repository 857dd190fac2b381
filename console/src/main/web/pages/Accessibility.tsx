import { List, Text } from "@mantine/core";
import { useSite } from "../app/Shell";
import { Page, Section } from "../parts/Layout";
import { accessibility as words } from "../words/govern";
import { useWords } from "../words/language";

/** The declaration that the law asks for. */
export default function Accessibility() {
  const t = useWords(words);
  const site = useSite().data;
  return (
    <Page title={t("title")}>
      <Section title={t("status")}><Text maw={760}>{t("statusText")}</Text></Section>
      <Section title={t("built")}>
        <List spacing="xs">
          <List.Item>{t("builtKeys")}</List.Item>
          <List.Item>{t("builtColors")}</List.Item>
          <List.Item>{t("builtTables")}</List.Item>
        </List>
      </Section>
      <Section title={t("known")}>
        <List spacing="xs">
          <List.Item>{t("knownChecks")}</List.Item>
          <List.Item>{t("knownReaders")}</List.Item>
        </List>
      </Section>
      <Section title={t("contact")}>
        <Text maw={760}>{t("contactText", { site: site?.name ?? "" })}</Text>
      </Section>
    </Page>
  );
}
