import { ActionIcon, Box, Button, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { common } from "../words/common";
import { useWords } from "../words/language";

/** Copies a text; says so to everybody. */
export function Copy(
  { text, label, wide }: { readonly text: string; readonly label?: string; readonly wide?: boolean }) {
  const t = useWords(common);
  return (
    <CopyButton value={text} timeout={2000}>
      {({ copied, copy }) => {
        const word = copied ? t("copied") : label ?? t("copy");
        const icon = copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />;
        return wide === true
          ? <Button variant="default" size="sm" leftSection={icon} onClick={copy}>{word}</Button>
          : (
            <Tooltip label={word}>
              <ActionIcon variant="subtle" onClick={copy} aria-label={word}>{icon}</ActionIcon>
            </Tooltip>
          );
      }}
    </CopyButton>
  );
}

/** Code that is to be copied. */
export function Snippet({ code, label }: { readonly code: string; readonly label: string }) {
  return (
    <Box className="archipel-snippet">
      <Box className="archipel-snippet-copy"><Copy text={code} /></Box>
      <pre tabIndex={0} aria-label={label}><code>{code}</code></pre>
    </Box>
  );
}
