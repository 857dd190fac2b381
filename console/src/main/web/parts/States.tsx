import { Alert, Button, Center, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, type TablerIcon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { ProblemError } from "../api/client";
import { common } from "../words/common";
import { useWords } from "../words/language";

export function Loading() {
  const t = useWords(common);
  return (
    <Center mih={160} role="status">
      <Group gap="sm">
        <Loader size="sm" aria-hidden />
        <Text c="dimmed">{t("loading")}</Text>
      </Group>
    </Center>
  );
}

/** What went wrong, in the site's words, and a way on. */
export function Failure(
  { error, retry }: { readonly error: Error; readonly retry?: () => void }) {
  const t = useWords(common);
  const title = error instanceof ProblemError ? error.problem.title : undefined;
  return (
    <Alert
      className="archipel-failure"
      icon={<IconAlertTriangle aria-hidden />}
      title={title ?? t("failed")}
      role="alert"
    >
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{error.message}</Text>
        {retry !== undefined && (
          <Button size="xs" variant="default" onClick={retry}>{t("retry")}</Button>
        )}
      </Stack>
    </Alert>
  );
}

/** Nothing is there yet: what it is for, and what to do first. */
export function Empty(props: {
  readonly icon: TablerIcon;
  readonly title: string;
  readonly hint: string;
  readonly children?: ReactNode;
}) {
  const Icon = props.icon;
  return (
    <Stack align="center" gap="xs" py={48} px="md" ta="center">
      <Icon size={36} stroke={1.3} color="var(--archipel-accent-text)" aria-hidden />
      <Title order={3} size="h4">{props.title}</Title>
      <Text c="dimmed" maw={520}>{props.hint}</Text>
      {props.children !== undefined && <Group mt="sm" justify="center">{props.children}</Group>}
    </Stack>
  );
}

/** A query's answer, or what stands in for it. */
export function Answer<T>(props: {
  readonly query: {
    readonly data: T | undefined;
    readonly error: Error | null;
    readonly refetch: () => unknown;
  };
  readonly children: (data: T) => ReactNode;
}) {
  const { data, error, refetch } = props.query;
  if (data !== undefined) {
    return <>{props.children(data)}</>;
  }
  return error === null ? <Loading /> : <Failure error={error} retry={() => void refetch()} />;
}
