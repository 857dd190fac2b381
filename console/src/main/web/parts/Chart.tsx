import "@mantine/charts/styles.css";
import { AreaChart, BarChart } from "@mantine/charts";
import { Box, Button, Stack } from "@mantine/core";
import { IconChartBar, IconTable } from "@tabler/icons-react";
import { useState } from "react";
import { common } from "../words/common";
import { useFormats } from "../words/formats";
import { useWords } from "../words/language";
import { colorOf } from "./Colors";
import { DataTable } from "./DataTable";

export interface Series {
  readonly name: string;
  readonly label: string;
}

export type Point = Readonly<Record<string, string | number>>;

/** A chart, and the same figures as a table behind it. */
export function Chart(props: {
  readonly kind: "area" | "bars";
  readonly title: string;
  readonly points: readonly Point[];
  /** The key of the points that is the place on the axis, already written for people. */
  readonly at: string;
  readonly atLabel: string;
  readonly series: readonly Series[];
  readonly format?: (value: number) => string;
  readonly height?: number;
}) {
  const t = useWords(common);
  const formats = useFormats();
  const [table, setTable] = useState(false);
  const format = props.format ?? formats.short;
  const shared = {
    h: props.height ?? 240,
    data: props.points as Record<string, string | number>[],
    dataKey: props.at,
    series: props.series.map((one, index) => ({
      name: one.name, label: one.label, color: colorOf(index),
    })),
    valueFormatter: format,
    tickLine: "none" as const,
    gridAxis: "x" as const,
    withLegend: props.series.length > 1,
    xAxisProps: { minTickGap: 40 },
    yAxisProps: { width: 52 },
  };
  return (
    <Stack gap="xs">
      {table
        ? (
          <Box mah={360} className="archipel-tablebehind">
            <DataTable
              caption={props.title}
              rows={props.points}
              id={(point) => String(point[props.at])}
              columns={[
                { label: props.atLabel, cell: (point) => point[props.at] },
                ...props.series.map((one) => ({
                  label: one.label, number: true,
                  cell: (point: Point) => format(Number(point[one.name] ?? 0)),
                })),
              ]}
            />
          </Box>
        )
        : (
          <Box role="img" aria-label={`${props.title}. ${t("showTable")}.`}>
            <Box aria-hidden inert>
              {props.kind === "area"
                ? (
                  <AreaChart
                    {...shared} curveType="monotone" withDots={false} fillOpacity={0.16}
                    strokeWidth={2} areaProps={{ isAnimationActive: false }}
                  />
                )
                : <BarChart {...shared} type="stacked" maxBarWidth={64} barProps={{ isAnimationActive: false }} />}
            </Box>
          </Box>
        )}
      <Box>
        <Button
          variant="subtle" size="compact-sm" onClick={() => setTable(!table)}
          leftSection={table ? <IconChartBar size={16} aria-hidden /> : <IconTable size={16} aria-hidden />}
        >
          {table ? t("showChart") : t("showTable")}
        </Button>
      </Box>
    </Stack>
  );
}
