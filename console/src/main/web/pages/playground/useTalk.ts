import { useCallback, useRef, useState } from "react";
import { talk, type Message, type Progress, type Question } from "./talk";

export interface Turn {
  readonly question: string;
  readonly answer: Progress;
  readonly state: "running" | "done" | "stopped" | "failed";
  readonly error?: Error;
}

type Asked = Omit<Question, "messages"> & { readonly system: string };

/** One conversation with one model. */
export function useTalk(begin: readonly Turn[]) {
  const [turns, setTurns] = useState<readonly Turn[]>(begin);
  const running = useRef<AbortController>(undefined);

  const change = useCallback((update: (last: Turn) => Turn) => {
    setTurns((all) => all.map((turn, index) => index === all.length - 1 ? update(turn) : turn));
  }, []);

  const ask = useCallback(async (asked: Asked, text: string) => {
    const stop = new AbortController();
    running.current = stop;
    const before = turns.filter((turn) => turn.answer.text !== "").flatMap(messagesOf);
    const system: Message[] = asked.system === "" ? [] : [{ role: "system", content: asked.system }];
    const messages: Message[] = [...system, ...before, { role: "user", content: text }];
    setTurns((all) => [...all, { question: text, answer: { text: "" }, state: "running" }]);
    try {
      const answer = await talk({ ...asked, messages }, stop.signal, (progress) =>
        change((turn) => ({ ...turn, answer: progress })));
      change((turn) => ({ ...turn, answer, state: "done" }));
    } catch (failure) {
      const error = failure instanceof Error ? failure : new Error(String(failure));
      change((turn) =>
        stop.signal.aborted ? { ...turn, state: "stopped" } : { ...turn, state: "failed", error });
    }
  }, [turns, change]);

  const stop = useCallback(() => running.current?.abort(), []);
  const clear = useCallback(() => {
    running.current?.abort();
    setTurns([]);
  }, []);
  return { turns, ask, stop, clear };
}

function messagesOf(turn: Turn): readonly Message[] {
  return [
    { role: "user", content: turn.question }, { role: "assistant", content: turn.answer.text },
  ];
}
