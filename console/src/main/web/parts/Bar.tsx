import { Group } from "@mantine/core";
import { useFormats } from "../words/formats";

/** A share, as a bar and in words. */
export function Bar({ share, label }: { readonly share: number; readonly label: string }) {
  const { percent } = useFormats();
  const width = `${Math.round(Math.min(1, Math.max(0, share)) * 100)}%`;
  return (
    <Group gap="xs" wrap="nowrap">
      <div
        className="archipel-bar" role="meter" aria-label={label} aria-valuemin={0}
        aria-valuemax={100} aria-valuenow={Math.round(share * 100)}
      >
        <span style={{ width }} />
      </div>
      <span className="archipel-number">{percent(share)}</span>
    </Group>
  );
}
