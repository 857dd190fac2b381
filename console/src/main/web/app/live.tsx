import { useQueryClient } from "@tanstack/react-query";
import {
  createContext, use, useEffect, useMemo, useSyncExternalStore, type ReactNode,
} from "react";
import type { Schemas } from "../api/client";

export type Live = Schemas["LiveView"];
export type Moment = Schemas["Point"];

const RETRY_MILLIS = 5_000;
const POINT_MILLIS = 5_000;
const MOST_POINTS = 180;

interface Seen {
  readonly connected: boolean;
  readonly live: Live | undefined;
  readonly history: readonly Moment[];
}

/** One subscription for the whole tab; who listens hears of it without the rest being drawn. */
class LiveStore {
  private seen: Seen = { connected: false, live: undefined, history: [] };
  private readonly listeners = new Set<() => void>();
  private source: EventSource | undefined;
  private retry: number | undefined;

  constructor(private readonly refused: () => void) {}

  open(): void {
    const source = new EventSource("/api/v1/live");
    this.source = source;
    source.onmessage = (event: MessageEvent<string>) => {
      this.take(JSON.parse(event.data) as Live);
    };
    source.onerror = () => {
      this.set({ ...this.seen, connected: false });
      // The browser tries again by itself, except after a refusal.
      if (source.readyState === EventSource.CLOSED) {
        this.refused();
        this.retry = window.setTimeout(() => this.open(), RETRY_MILLIS);
      }
    };
  }

  close(): void {
    window.clearTimeout(this.retry);
    this.source?.close();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly now = (): Seen => this.seen;

  private take(live: Live): void {
    let history = live.history ?? this.seen.history;
    const last = history.at(-1);
    if (last === undefined || Date.parse(live.at) - Date.parse(last.at) >= POINT_MILLIS) {
      history = [...history, pointOf(live)].slice(-MOST_POINTS);
    }
    this.set({ connected: true, live, history });
  }

  private set(seen: Seen): void {
    this.seen = seen;
    this.listeners.forEach((listener) => listener());
  }
}

function pointOf(live: Live): Moment {
  return {
    at: live.at,
    running: live.totals.running,
    waiting: live.totals.waiting,
    requests_per_second: live.totals.requests_per_second,
    completion_tokens_per_second: live.totals.completion_tokens_per_second,
  };
}

const Store = createContext<LiveStore | undefined>(undefined);
const NOTHING: Seen = { connected: false, live: undefined, history: [] };

export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const store = useMemo(
    () => new LiveStore(() => void client.invalidateQueries({ queryKey: ["me"] })), [client]);
  useEffect(() => {
    store.open();
    return () => store.close();
  }, [store]);
  return <Store value={store}>{children}</Store>;
}

/** The site as it is, each second. */
export function useLive(): Seen {
  const store = use(Store);
  return useSyncExternalStore(
    store?.subscribe ?? (() => () => undefined), store?.now ?? (() => NOTHING));
}
