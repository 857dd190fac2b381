/** In this order: they differ in lightness too, for who does not see the hues. */
const COLORS = [
  "#10818a", "#d98324", "#5b5fc7", "#8f9d1b", "#b4477a", "#6b7b88", "#2f9e6e", "#8a5a2b",
];

export function colorOf(index: number): string {
  return COLORS[index % COLORS.length] ?? "#6b7b88";
}
