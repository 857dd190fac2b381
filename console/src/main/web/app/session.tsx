import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, use, useCallback, type ReactNode } from "react";
import { ProblemError, api, ask, rememberCsrf, type Schemas } from "../api/client";

export type Me = Schemas["Me"];

interface Session {
  readonly me: Me;
  /** Whether there is anything to which one may do this; the site has the last word. */
  readonly may: (action: string) => boolean;
  readonly signOut: () => Promise<void>;
}

const Signed = createContext<Session | undefined>(undefined);

/** Who is signed in; undefined while it is asked, null when nobody is. */
export function useMe(): { me: Me | null | undefined; failure: Error | null } {
  const query = useQuery({
    queryKey: ["me"],
    queryFn: async () => {
      try {
        const me = await ask(api.GET("/api/v1/me"));
        rememberCsrf(me.csrf_token);
        return me;
      } catch (failure) {
        if (failure instanceof ProblemError && failure.status === 401) {
          return null;
        }
        throw failure;
      }
    },
    staleTime: 60_000,
  });
  return { me: query.data, failure: query.error };
}

export function SessionProvider(
  { me, children }: { readonly me: Me; readonly children: ReactNode }) {
  const client = useQueryClient();
  const may = useCallback((action: string) => me.may.includes(action), [me]);
  const signOut = useCallback(async () => {
    const { next } = await ask(api.POST("/auth/logout"));
    if (next !== undefined) {
      window.location.assign(next);
      return;
    }
    client.clear();
    await client.invalidateQueries({ queryKey: ["me"] });
    window.location.assign("/");
  }, [client]);
  return <Signed value={{ me, may, signOut }}>{children}</Signed>;
}

export function useSession(): Session {
  const session = use(Signed);
  if (session === undefined) {
    throw new Error("only for who is signed in");
  }
  return session;
}
