import { useQuery } from "@tanstack/react-query";
import { api, ask } from "./client";

const MOST = 1000;

/** Organizations that one may see, for choices in forms. */
export function useOrganizations() {
  return useQuery({
    queryKey: ["organizations", "all"],
    queryFn: async () =>
      (await ask(api.GET("/api/v1/organizations", { params: { query: { limit: MOST } } }))).items,
  });
}

/** Projects that one may see. */
export function useProjects() {
  return useQuery({
    queryKey: ["projects", "all"],
    queryFn: async () =>
      (await ask(api.GET("/api/v1/projects", { params: { query: { limit: MOST } } }))).items,
  });
}

/** If somebody else was faster the site refuses, and says so. */
export function unchanged(version: number): { readonly header: { readonly "if-match": string } } {
  return { header: { "if-match": `"${version}"` } };
}
