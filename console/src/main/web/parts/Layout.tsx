import { Box, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useEffect, useId, type ReactNode } from "react";
import { common } from "../words/common";
import { useWords } from "../words/language";

/** A page: its title also names the tab. */
export function Page(props: {
  readonly title: string;
  readonly hint?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const t = useWords(common);
  useEffect(() => {
    document.title = `${props.title} · ${t("product")}`;
  }, [props.title, t]);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end" gap="md">
        <Box>
          <Title order={1} className="archipel-title" id="page-title" tabIndex={-1}>
            {props.title}
          </Title>
          {props.hint !== undefined && <Text c="dimmed" mt={4} maw={720}>{props.hint}</Text>}
        </Box>
        {props.actions !== undefined && <Group gap="sm">{props.actions}</Group>}
      </Group>
      {props.children}
    </Stack>
  );
}

/** A part of a page with its own heading. */
export function Section(props: {
  readonly title: string;
  readonly hint?: string;
  readonly actions?: ReactNode;
  readonly flush?: boolean;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <Paper component="section" aria-labelledby={id} className="archipel-card">
      <Group justify="space-between" align="flex-start" gap="sm" className="archipel-card-head">
        <Box>
          <Title order={2} size="h4" id={id}>{props.title}</Title>
          {props.hint !== undefined && <Text c="dimmed" size="sm">{props.hint}</Text>}
        </Box>
        {props.actions}
      </Group>
      <Box className={props.flush === true ? "archipel-flush" : "archipel-card-body"}>
        {props.children}
      </Box>
    </Paper>
  );
}

/** One figure that matters. */
export function Tile(props: {
  readonly label: string;
  readonly value: string;
  readonly note?: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <Paper className="archipel-card archipel-tile">
      <Text size="sm" c="dimmed">{props.label}</Text>
      <Text className="archipel-figure">{props.value}</Text>
      {props.note !== undefined && <Text size="sm" c="dimmed" component="div">{props.note}</Text>}
      {props.children}
    </Paper>
  );
}
