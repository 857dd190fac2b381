import createClient from "openapi-fetch";
import type { components, paths } from "#schema";

export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];

/** What the site refused, in its own words. */
export class ProblemError extends Error {
  constructor(readonly status: number, readonly problem: Partial<Problem>) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.name = "ProblemError";
  }

  /** What is wrong with one field, if it is about that. */
  field(name: string): string | undefined {
    return this.problem.errors?.find((error) => error.field === name)?.detail;
  }
}

let csrfToken = "";

/** What each change must carry, so that no other site can make it. */
export function rememberCsrf(token: string | undefined): void {
  csrfToken = token ?? "";
}

export function changeHeaders(): Record<string, string> {
  return csrfToken === "" ? {} : { "x-csrf-token": csrfToken };
}

export const api = createClient<paths>({
  baseUrl: "",
  // An id like project:insa:chat stays one part of the path.
  pathSerializer: (path, values) =>
    path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name]))),
});

api.use({
  onRequest({ request }) {
    if (request.method !== "GET" && csrfToken !== "") {
      request.headers.set("x-csrf-token", csrfToken);
    }
    return request;
  },
});

/** The answer's data, or a ProblemError. */
export async function ask<T>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) {
    const problem = typeof error === "object" && error !== null ? (error as Problem) : {};
    throw new ProblemError(response.status, problem);
  }
  return data as T;
}
