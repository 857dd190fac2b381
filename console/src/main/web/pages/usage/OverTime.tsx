import { tokensOf, textOf, useUsage, type UsageRow } from "../../api/usage";
import { Chart, type Point, type Series } from "../../parts/Chart";
import { Answer } from "../../parts/States";
import { common } from "../../words/common";
import { useFormats } from "../../words/formats";
import { useWords } from "../../words/language";
import { usage as words } from "../../words/usage";
import { measured, type Choice } from "./Sums";

const MOST_SERIES = 6;

/** The largest groups by day or hour; the rest together. */
export default function OverTime({ choice }: { readonly choice: Choice }) {
  const t = useWords(words);
  const c = useWords(common);
  const f = useFormats();
  const step = choice.since === "24h" ? "hour" : "day";
  const query = useUsage({
    by: `${choice.group},${step}`, since: choice.since, filters: choice.filters,
  });
  return (
    <Answer query={query}>
      {({ rows }) => {
        const largest = largestOf(rows, choice.group);
        const known = (row: UsageRow) =>
          largest.includes(textOf(row, choice.group)) ? textOf(row, choice.group) : t("others");
        const series: Series[] = [...new Set([...largest, ...rows.map(known)])].map((name) => ({
          name: `s ${name}`,
          label: choice.group === "class" && name !== "—" ? c(name as "batch") : name,
        }));
        const at = (row: UsageRow) => String(row[step]);
        const points: Point[] = [...new Set(rows.map(at))].sort().map((moment) => ({
          at: step === "day" ? f.date(moment) : f.time(moment),
          ...sums(rows.filter((row) => at(row) === moment), known, choice),
        }));
        return (
          <Chart
            kind="bars" title={t("overTime")} points={points} at="at" atLabel={c("created")}
            series={series} height={280}
          />
        );
      }}
    </Answer>
  );
}

function largestOf(rows: readonly UsageRow[], group: string): readonly string[] {
  const sums = new Map<string, number>();
  rows.forEach((row) =>
    sums.set(textOf(row, group), (sums.get(textOf(row, group)) ?? 0) + tokensOf(row)));
  return [...sums].sort((a, b) => b[1] - a[1]).slice(0, MOST_SERIES).map(([name]) => name);
}

function sums(
  rows: readonly UsageRow[], name: (row: UsageRow) => string, choice: Choice,
): Record<string, number> {
  const point: Record<string, number> = {};
  for (const row of rows) {
    const key = `s ${name(row)}`;
    point[key] = (point[key] ?? 0) + measured(row, choice.measure);
  }
  return point;
}
