import { Tabs } from "@mantine/core";
import { Suspense, lazy } from "react";
import { useLocation } from "wouter";
import { useSession } from "../app/session";
import { Page } from "../parts/Layout";
import { Loading } from "../parts/States";
import { access } from "../words/access";
import { useWords } from "../words/language";

const PARTS = [
  { name: "organizations", needs: "organization-read", part: lazy(() => import("./access/Organizations")) },
  { name: "projects", needs: "project-read", part: lazy(() => import("./access/Projects")) },
  { name: "keys", needs: "key-read", part: lazy(() => import("./access/Keys")) },
  { name: "people", needs: "person-read", part: lazy(() => import("./access/People")) },
  { name: "quotas", needs: "quota-read", part: lazy(() => import("./access/Quotas")) },
  { name: "requests", needs: "request-read", part: lazy(() => import("./access/Requests")) },
  { name: "entitlements", needs: "entitlement-read", part: lazy(() => import("./access/Entitlements")) },
] as const;

/** Who may ask for what. */
export default function Access() {
  const t = useWords(access);
  const { may } = useSession();
  const [location, go] = useLocation();
  const mine = PARTS.filter((part) => may(part.needs));
  const asked = location.split("/")[2];
  const chosen = mine.find((part) => part.name === asked) ?? mine[0];
  return (
    <Page title={t("title")} hint={t("hint")}>
      <Tabs
        value={chosen?.name ?? null} keepMounted={false}
        onChange={(name) => go(`/access/${name ?? ""}`)}
      >
        <Tabs.List className="archipel-tabs">
          {mine.map((part) => (
            <Tabs.Tab key={part.name} value={part.name}>{t(part.name)}</Tabs.Tab>
          ))}
        </Tabs.List>
        {mine.map((part) => (
          <Tabs.Panel key={part.name} value={part.name} pt="lg">
            <Suspense fallback={<Loading />}><part.part /></Suspense>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}
