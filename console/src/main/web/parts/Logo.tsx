/** Three islands and the ways between them. */
export function Logo({ size }: { readonly size: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden focusable="false">
      <rect width="32" height="32" rx="8" fill="#0b5c66" />
      <path
        d="M9.5 21.5C12 14 15 10.5 21 9.5M9.5 21.5c5 2.5 9 2.5 13.5 0M21 9.5c2.5 4 3 8 2 12"
        fill="none" stroke="#7fd0cf" strokeWidth="1.6"
      />
      <circle cx="9.5" cy="21.5" r="3.6" fill="#fff" />
      <circle cx="21" cy="9.5" r="3" fill="#fff" />
      <circle cx="23" cy="21.5" r="2.4" fill="#fff" />
    </svg>
  );
}
