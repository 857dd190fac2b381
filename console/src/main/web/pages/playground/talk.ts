import { changeHeaders, ProblemError } from "../../api/client";

export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** What is known of an answer, more and more while it comes. */
export interface Progress {
  readonly text: string;
  readonly requestId?: string;
  readonly site?: string;
  readonly engine?: string;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  readonly firstSeconds?: number;
  readonly seconds?: number;
}

export interface Question {
  readonly organization: string;
  readonly project: string;
  readonly model: string;
  readonly messages: readonly Message[];
  readonly temperature: number | undefined;
  readonly maxTokens: number | undefined;
}

interface Chunk {
  readonly choices?: readonly { readonly delta?: { readonly content?: string | null } }[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
  readonly error?: { readonly message?: string };
}

function path({ organization, project }: Question): string {
  const parts = [organization, project].map(encodeURIComponent);
  return `/api/v1/organizations/${parts[0]}/projects/${parts[1]}/chat`;
}

async function refusal(answer: Response): Promise<ProblemError> {
  const text = await answer.text();
  try {
    const body = JSON.parse(text) as { error?: { message?: string }; detail?: string };
    const detail = body.error?.message ?? body.detail;
    return new ProblemError(answer.status, detail === undefined ? {} : { detail });
  } catch {
    return new ProblemError(answer.status, {});
  }
}

function optional<T>(name: string, value: T | null | undefined): Record<string, T> {
  return value === undefined || value === null ? {} : { [name]: value };
}

/** Asks, and tells of each piece. Ends when the answer does, or with an error. */
export async function talk(
  question: Question, stop: AbortSignal, told: (progress: Progress) => void): Promise<Progress> {
  const began = performance.now();
  const answer = await fetch(path(question), {
    method: "POST",
    signal: stop,
    headers: { "content-type": "application/json", ...changeHeaders() },
    body: JSON.stringify({
      model: question.model,
      messages: question.messages,
      stream: true,
      stream_options: { include_usage: true },
      ...optional("temperature", question.temperature),
      ...optional("max_tokens", question.maxTokens),
    }),
  });
  if (!answer.ok || answer.body === null) {
    throw await refusal(answer);
  }
  let progress: Progress = {
    text: "",
    ...optional("requestId", answer.headers.get("x-request-id")),
    ...optional("site", answer.headers.get("x-archipel-site")),
    ...optional("engine", answer.headers.get("x-archipel-engine")),
  };
  for await (const chunk of events(answer.body)) {
    if (chunk.error !== undefined) {
      throw new Error(chunk.error.message ?? "");
    }
    const seconds = (performance.now() - began) / 1000;
    const piece = chunk.choices?.[0]?.delta?.content ?? "";
    progress = {
      ...progress,
      text: progress.text + piece,
      seconds,
      ...(piece !== "" && progress.firstSeconds === undefined ? { firstSeconds: seconds } : {}),
      ...optional("promptTokens", chunk.usage?.prompt_tokens),
      ...optional("completionTokens", chunk.usage?.completion_tokens),
    };
    told(progress);
  }
  return progress;
}

async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<Chunk> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const data = line.startsWith("data:") ? line.slice("data:".length).trim() : "";
      if (data !== "" && data !== "[DONE]") {
        yield JSON.parse(data) as Chunk;
      }
    }
  }
}
