import type { ReactNode } from "react";

export type Tone = "good" | "warn" | "bad" | "calm";

/** A state: told by its word, and by a colour for who sees it. */
export function State({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return <span className={`archipel-state archipel-${tone}`}>{children}</span>;
}

/** A short word about a thing. */
export function Tag({ children }: { readonly children: ReactNode }) {
  return <span className="archipel-tag">{children}</span>;
}

/** An id, a name that machines use, or code. */
export function Mono({ children }: { readonly children: ReactNode }) {
  return <span className="archipel-mono">{children}</span>;
}
