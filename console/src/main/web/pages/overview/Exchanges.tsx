import { Grid } from "@mantine/core";
import { IconArrowsExchange } from "@tabler/icons-react";
import { textOf, tokensOf, useUsage, type UsageRow } from "../../api/usage";
import { DataTable } from "../../parts/DataTable";
import { FlowPicture, type Flow } from "../../parts/FlowPicture";
import { Section } from "../../parts/Layout";
import { Answer, Empty } from "../../parts/States";
import { useFormats } from "../../words/formats";
import { useWords } from "../../words/language";
import { overview } from "../../words/overview";

function flowsOf(rows: readonly UsageRow[]): readonly Flow[] {
  return rows
    .filter((row) => textOf(row, "owner") !== "—" && tokensOf(row) > 0)
    .map((row) => ({
      from: textOf(row, "organization"), to: textOf(row, "owner"), amount: tokensOf(row),
    }))
    .sort((a, b) => b.amount - a.amount);
}

/** Who served whom in the last days: as a picture, and as a table. */
export function Exchanges() {
  const t = useWords(overview);
  const usage = useUsage({ by: "organization,owner", since: "7d" });
  return (
    <Section title={t("federation")} hint={t("federationHint")}>
      <Answer query={usage}>
        {({ rows }) => {
          const flows = flowsOf(rows);
          return flows.length === 0
            ? (
              <Empty
                icon={IconArrowsExchange} title={t("federationNone")} hint={t("federationNoneHint")}
              />
            )
            : <Shown flows={flows} />;
        }}
      </Answer>
    </Section>
  );
}

function Shown({ flows }: { readonly flows: readonly Flow[] }) {
  const t = useWords(overview);
  const f = useFormats();
  return (
    <Grid align="center" gap="lg">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <FlowPicture flows={flows} label={t("federation")} />
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <DataTable
          caption={t("federation")}
          rows={flows}
          id={(flow) => `${flow.from} ${flow.to}`}
          columns={[
            { label: t("asks"), cell: (flow) => flow.from },
            { label: t("serves"), cell: (flow) => flow.from === flow.to ? t("own") : flow.to },
            { label: t("amount"), number: true, cell: (flow) => f.number(flow.amount) },
          ]}
        />
      </Grid.Col>
    </Grid>
  );
}
