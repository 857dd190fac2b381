import {
  Button, Grid, Group, NativeSelect, NumberInput, SimpleGrid, Stack, Switch, Textarea,
} from "@mantine/core";
import { IconBox, IconEraser, IconFolder, IconPlayerStop, IconSend } from "@tabler/icons-react";
import { useEffect, useState, type FormEvent, type KeyboardEvent } from "react";
import { Link } from "wouter";
import { useProjects } from "../api/lists";
import { Page, Section } from "../parts/Layout";
import { Answer, Empty } from "../parts/States";
import { common } from "../words/common";
import { useWords } from "../words/language";
import { playground } from "../words/playground";
import { useModels } from "./Models";
import { Conversation } from "./playground/Conversation";
import { useTalk, type Turn } from "./playground/useTalk";

const KEPT = "archipel.conversation";

/** Talk to one model, or to two at once. */
export default function Playground() {
  const t = useWords(playground);
  const projects = useProjects();
  const models = useModels();
  return (
    <Page title={t("title")} hint={t("hint")}>
      <Answer query={projects}>
        {(own) => (
          <Answer query={models}>
            {(all) => {
              const chat = all.filter((model) => model.kind === "chat" && model.off === undefined);
              const open = own.filter((project) => project.archived_at === undefined);
              if (open.length === 0) {
                return (
                  <Section title={t("noProject")}>
                    <Empty icon={IconFolder} title={t("noProject")} hint={t("noProjectHint")}>
                      <Button component={Link} href="/access/projects">{t("noProjectButton")}</Button>
                    </Empty>
                  </Section>
                );
              }
              return chat.length === 0
                ? (
                  <Section title={t("noModel")}>
                    <Empty icon={IconBox} title={t("noModel")} hint={t("noModelHint")} />
                  </Section>
                )
                : (
                  <Room
                    projects={open.map((project) => `${project.organization}/${project.name}`)}
                    models={chat.map((model) => model.id)}
                  />
                );
            }}
          </Answer>
        )}
      </Answer>
    </Page>
  );
}

interface Choices {
  readonly project: string;
  readonly first: string;
  readonly second: string;
  readonly compare: boolean;
  readonly system: string;
  readonly temperature: number | undefined;
  readonly longest: number | undefined;
}

function kept(): readonly Turn[] {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "[]") as readonly Turn[];
  } catch {
    return [];
  }
}

function Room(
  { projects, models }: { readonly projects: readonly string[]; readonly models: readonly string[] }) {
  const t = useWords(playground);
  const [choices, setChoices] = useState<Choices>({
    project: projects[0] ?? "", first: models[0] ?? "", second: models[1] ?? models[0] ?? "",
    compare: false, system: "", temperature: undefined, longest: 512,
  });
  const [keep, setKeep] = useState(() => localStorage.getItem(KEPT) !== null);
  const first = useTalk(keep ? kept() : []);
  const second = useTalk([]);
  useEffect(() => {
    if (keep) {
      localStorage.setItem(KEPT, JSON.stringify(first.turns.filter((turn) => turn.state === "done")));
    } else {
      localStorage.removeItem(KEPT);
    }
  }, [keep, first.turns]);
  const talks = choices.compare ? [first, second] : [first];
  const busy = talks.some((one) => one.turns.at(-1)?.state === "running");
  const send = (text: string) => {
    const [organization = "", project = ""] = choices.project.split("/");
    const asked = {
      organization, project, system: choices.system, temperature: choices.temperature,
      maxTokens: choices.longest,
    };
    void first.ask({ ...asked, model: choices.first }, text);
    if (choices.compare) {
      void second.ask({ ...asked, model: choices.second }, text);
    }
  };
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 4, lg: 3 }}>
        <Section title={t("settings")}>
          <Settings
            projects={projects} models={models} choices={choices}
            change={(part) => setChoices((before) => ({ ...before, ...part }))}
            keep={keep} setKeep={setKeep}
          />
        </Section>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 8, lg: 9 }}>
        <Stack gap="md">
          <SimpleGrid cols={{ base: 1, lg: choices.compare ? 2 : 1 }} spacing="md">
            <Conversation model={choices.first} turns={first.turns} />
            {choices.compare && <Conversation model={choices.second} turns={second.turns} />}
          </SimpleGrid>
          <Asking
            busy={busy} send={send}
            stop={() => talks.forEach((one) => one.stop())}
            clear={() => talks.forEach((one) => one.clear())}
          />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

function Settings(props: {
  readonly projects: readonly string[];
  readonly models: readonly string[];
  readonly choices: Choices;
  readonly change: (part: Partial<Choices>) => void;
  readonly keep: boolean;
  readonly setKeep: (keep: boolean) => void;
}) {
  const t = useWords(playground);
  const c = useWords(common);
  const { choices, change } = props;
  const number = (value: string | number) => value === "" ? undefined : Number(value);
  return (
    <Stack gap="md">
      <NativeSelect
        label={c("project")} data={[...props.projects]} value={choices.project}
        onChange={(event) => change({ project: event.currentTarget.value })}
      />
      <NativeSelect
        label={c("model")} data={[...props.models]} value={choices.first}
        onChange={(event) => change({ first: event.currentTarget.value })}
      />
      <Switch
        label={t("compare")} checked={choices.compare}
        onChange={(event) => change({ compare: event.currentTarget.checked })}
      />
      {choices.compare && (
        <NativeSelect
          label={t("second")} data={[...props.models]} value={choices.second}
          onChange={(event) => change({ second: event.currentTarget.value })}
        />
      )}
      <Textarea
        label={t("system")} description={t("systemHint")} autosize minRows={2} maxRows={8}
        value={choices.system} onChange={(event) => change({ system: event.currentTarget.value })}
      />
      <NumberInput
        label={t("temperature")} min={0} max={2} step={0.1} decimalScale={2} hideControls
        value={choices.temperature ?? ""}
        onChange={(value) => change({ temperature: number(value) })}
      />
      <NumberInput
        label={t("longest")} min={1} hideControls value={choices.longest ?? ""}
        onChange={(value) => change({ longest: number(value) })}
      />
      <Switch
        label={t("keep")} checked={props.keep}
        onChange={(event) => props.setKeep(event.currentTarget.checked)}
      />
    </Stack>
  );
}

function Asking(props: {
  readonly busy: boolean;
  readonly send: (text: string) => void;
  readonly stop: () => void;
  readonly clear: () => void;
}) {
  const t = useWords(playground);
  const [text, setText] = useState("");
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (!props.busy && text.trim() !== "") {
      props.send(text.trim());
      setText("");
    }
  };
  const typed = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      submit();
    }
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Textarea
          label={t("question")} autosize minRows={2} maxRows={10} value={text} onKeyDown={typed}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group justify="space-between">
          <Button
            variant="default" leftSection={<IconEraser size={16} aria-hidden />} onClick={props.clear}
          >
            {t("clear")}
          </Button>
          {props.busy
            ? (
              <Button
                leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={props.stop}
                variant="default"
              >
                {t("stop")}
              </Button>
            )
            : (
              <Button type="submit" leftSection={<IconSend size={16} aria-hidden />}>
                {t("send")}
              </Button>
            )}
        </Group>
      </Stack>
    </form>
  );
}
