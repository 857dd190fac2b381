import { FormDialog, type Field, type Filled } from "./FormDialog";

/** Asks before something is done that cannot be undone, or that others feel: it says what. */
export function ConfirmDialog(props: {
  readonly opened: boolean;
  readonly close: () => void;
  readonly title: string;
  readonly consequence: string;
  readonly action: string;
  readonly fields?: readonly Field[];
  readonly run: (values: Filled) => Promise<unknown>;
}) {
  return (
    <FormDialog
      opened={props.opened} close={props.close} title={props.title} intro={props.consequence}
      fields={props.fields ?? []} action={props.action} send={props.run} danger
    />
  );
}
