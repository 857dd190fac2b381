import {
  createTheme, defaultVariantColorsResolver, type CSSVariablesResolver, type MantineColorsTuple,
} from "@mantine/core";

/** The one accent: deep water. Shade 7 on white and shade 3 on the dark ground pass WCAG AA. */
const lagoon: MantineColorsTuple = [
  "#eef8f8", "#d9eeee", "#b1dcdc", "#7fd0cf", "#48b5b6", "#22989b", "#10818a", "#0b6a73",
  "#0b5c66", "#094a53",
];

export const theme = createTheme({
  primaryColor: "lagoon",
  primaryShade: { light: 7, dark: 6 },
  colors: {
    lagoon,
    dark: [
      "#d5dde3", "#b4c0c9", "#9fadb8", "#6b7b88", "#45545f", "#2c3943", "#212c35", "#18222a",
      "#121a21", "#0c1217",
    ],
  },
  fontFamily: "'IBM Plex Sans Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
  headings: { fontFamily: "'IBM Plex Sans Variable', system-ui, sans-serif", fontWeight: "600" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    // The library's light variants are too faint for small text.
    return input.variant === "light" || input.variant === "subtle" || input.variant === "outline"
      ? { ...colors, color: "var(--archipel-accent-text)" }
      : colors;
  },
  components: {
    Anchor: { defaultProps: { c: "var(--archipel-accent-text)", underline: "always" } },
    Badge: { defaultProps: { tt: "none", fw: 500, radius: "sm" } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 } } },
    NativeSelect: { defaultProps: { size: "sm" } },
    Paper: { defaultProps: { radius: "md" } },
    Table: { defaultProps: { verticalSpacing: "sm", horizontalSpacing: "md" } },
    Tooltip: { defaultProps: { openDelay: 300 } },
  },
});

export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#f6f8f8",
    "--mantine-color-text": "#15232b",
    "--mantine-color-dimmed": "#4c5d68",
    "--mantine-color-placeholder": "#5f6f7a",
    "--mantine-color-error": "#b42318",
    "--archipel-surface": "#ffffff",
    "--archipel-line": "#dde4e7",
    "--archipel-accent-text": "#0b5c66",
    "--archipel-good": "#146c43",
    "--archipel-warn": "#8a4b00",
    "--archipel-bad": "#a61b1b",
    "--archipel-good-ground": "#e3f3ea",
    "--archipel-warn-ground": "#fdf0dc",
    "--archipel-bad-ground": "#fce8e6",
    "--archipel-calm-ground": "#e9eef1",
  },
  dark: {
    "--mantine-color-body": "#0f161c",
    "--mantine-color-text": "#e3eaee",
    "--mantine-color-dimmed": "#a3b1bb",
    "--mantine-color-placeholder": "#93a1ac",
    "--mantine-color-error": "#ff9d94",
    "--archipel-surface": "#18222a",
    "--archipel-line": "#2c3943",
    "--archipel-accent-text": "#7fd0cf",
    "--archipel-good": "#7ed6a5",
    "--archipel-warn": "#f3bd6b",
    "--archipel-bad": "#ff9d94",
    "--archipel-good-ground": "#163526",
    "--archipel-warn-ground": "#3a2a10",
    "--archipel-bad-ground": "#40201d",
    "--archipel-calm-ground": "#25313a",
  },
});
