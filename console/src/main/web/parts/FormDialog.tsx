import {
  Button, Group, Modal, MultiSelect, NativeSelect, NumberInput, Stack, Switch, TagsInput, Text,
  TextInput, Textarea,
} from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { ProblemError } from "../api/client";
import { common } from "../words/common";
import { useWords } from "../words/language";
import { Failure } from "./States";

export type Value = string | number | boolean | readonly string[] | undefined;
export type Filled = Readonly<Record<string, Value>>;

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind?: "text" | "prose" | "number" | "choice" | "choices" | "words" | "date" | "switch";
  readonly hint?: string;
  readonly required?: boolean;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  /** The form is asked again when one of these changes the others. */
  readonly hidden?: boolean;
}

interface Props {
  readonly opened: boolean;
  readonly close: () => void;
  readonly title: string;
  readonly intro?: ReactNode;
  readonly fields: readonly Field[] | ((values: Filled) => readonly Field[]);
  readonly initial?: Filled;
  readonly action: string;
  readonly send: (values: Filled) => Promise<unknown>;
  readonly danger?: boolean;
}

/** A form in a window. What the site refuses is told at the field that it is about. */
export function FormDialog(props: Props) {
  const c = useWords(common);
  return (
    <Modal
      opened={props.opened} onClose={props.close} title={props.title} size="lg"
      closeButtonProps={{ "aria-label": c("close") }}
    >
      <Form {...props} />
    </Modal>
  );
}

/** What was left empty is not sent. */
function cleaned(values: Filled): Filled {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) =>
      value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0)));
}

function Form(props: Props) {
  const c = useWords(common);
  const [values, setValues] = useState<Filled>(props.initial ?? {});
  const [missing, setMissing] = useState<readonly string[]>([]);
  const fields = (typeof props.fields === "function" ? props.fields(values) : props.fields)
    .filter((field) => field.hidden !== true);
  const sending = useMutation<unknown, Error, Filled>({
    mutationFn: props.send, onSuccess: props.close,
  });
  const refused = sending.error;
  const errorOf = (name: string) =>
    missing.includes(name)
      ? c("required")
      : refused instanceof ProblemError ? refused.field(name) : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const empty = fields
      .filter((field) => field.required === true)
      .filter((field) => !(field.name in cleaned(values)))
      .map((field) => field.name);
    setMissing(empty);
    if (empty.length > 0) {
      document.getElementById(`field-${empty[0]}`)?.focus();
      return;
    }
    sending.mutate(cleaned(values));
  };
  const told = fields.some((field) => errorOf(field.name) !== undefined);
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {typeof props.intro === "string" ? <Text c="dimmed">{props.intro}</Text> : props.intro}
        {fields.map((field) => (
          <Input
            key={field.name} field={field} value={values[field.name]} error={errorOf(field.name)}
            change={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
          />
        ))}
        {refused !== null && !told && <Failure error={refused} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={props.close}>{c("cancel")}</Button>
          <Button
            type="submit" loading={sending.isPending}
            {...(props.danger === true ? { color: "red.9" } : {})}
          >
            {props.action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Input(props: {
  readonly field: Field;
  readonly value: Value;
  readonly error: string | undefined;
  readonly change: (value: Value) => void;
}) {
  const { field, value, change } = props;
  const shared = {
    id: `field-${field.name}`,
    label: field.label,
    description: field.hint,
    error: props.error,
    withAsterisk: field.required === true,
    "aria-required": field.required === true,
  };
  const options = [...(field.options ?? [])];
  switch (field.kind ?? "text") {
    case "prose":
      return (
        <Textarea
          {...shared} autosize minRows={3} value={String(value ?? "")}
          onChange={(event) => change(event.currentTarget.value)}
        />
      );
    case "number":
      return (
        <NumberInput
          {...shared} min={0} hideControls value={(value as number | undefined) ?? ""}
          onChange={(next) => change(next === "" ? undefined : Number(next))}
        />
      );
    case "choice":
      return (
        <NativeSelect
          {...shared} data={options} value={String(value ?? "")}
          onChange={(event) => change(event.currentTarget.value)}
        />
      );
    case "choices":
      return (
        <MultiSelect
          {...shared} data={options} value={[...((value as readonly string[] | undefined) ?? [])]}
          onChange={change} searchable
        />
      );
    case "words":
      return (
        <TagsInput
          {...shared} value={[...((value as readonly string[] | undefined) ?? [])]}
          onChange={change}
        />
      );
    case "switch":
      return (
        <Switch
          id={shared.id} label={field.label} description={field.hint} checked={value === true}
          onChange={(event) => change(event.currentTarget.checked)}
        />
      );
    default:
      return (
        <TextInput
          {...shared} type={field.kind === "date" ? "date" : "text"} value={String(value ?? "")}
          onChange={(event) => change(event.currentTarget.value)} autoComplete="off"
        />
      );
  }
}
