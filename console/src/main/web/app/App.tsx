import { Button, Container } from "@mantine/core";
import { IconCompass, IconLock, IconMoodConfuzed } from "@tabler/icons-react";
import { Suspense, type ReactNode } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { ErrorBoundary } from "../parts/ErrorBoundary";
import { Page } from "../parts/Layout";
import { Empty, Failure, Loading } from "../parts/States";
import { SignIn } from "../pages/SignIn";
import { common } from "../words/common";
import { useWords } from "../words/language";
import { LiveProvider } from "./live";
import { HIDDEN, PAGES, type PageEntry } from "./pages";
import { SessionProvider, useMe, useSession } from "./session";
import { Shell } from "./Shell";

export function App() {
  const { me, failure } = useMe();
  if (me === undefined) {
    return failure === null
      ? <Loading />
      : <Container py="xl"><Failure error={failure} retry={() => window.location.reload()} /></Container>;
  }
  if (me === null) {
    return <SignIn />;
  }
  return (
    <SessionProvider me={me}>
      <LiveProvider>
        <Shell><Pages /></Shell>
      </LiveProvider>
    </SessionProvider>
  );
}

function Pages() {
  const [location] = useLocation();
  const area = location.split("/")[1] ?? "";
  return (
    <ErrorBoundary place={location} fallback={<Crashed />}>
      <Suspense key={area} fallback={<Loading />}>
        <Switch>
          {PAGES.map((entry) => (
            <Route key={entry.path} path={entry.path === "/" ? "/" : `${entry.path}/*?`}>
              <Permitted entry={entry}><entry.page /></Permitted>
            </Route>
          ))}
          {HIDDEN.map((entry) => (
            <Route key={entry.path} path={entry.path}><entry.page /></Route>
          ))}
          <Route><NotFound /></Route>
        </Switch>
      </Suspense>
    </ErrorBoundary>
  );
}

function Permitted({ entry, children }: { readonly entry: PageEntry; readonly children: ReactNode }) {
  const { may } = useSession();
  const t = useWords(common);
  return entry.needs.some(may)
    ? children
    : (
      <Page title={t("notPermitted")}>
        <Empty icon={IconLock} title={t("notPermitted")} hint={t("notPermittedHint")} />
      </Page>
    );
}

function NotFound() {
  const t = useWords(common);
  return (
    <Page title={t("notFound")}>
      <Empty icon={IconCompass} title={t("notFound")} hint={t("notFoundHint")}>
        <Button component={Link} href="/">{t("home")}</Button>
      </Empty>
    </Page>
  );
}

function Crashed() {
  const t = useWords(common);
  return (
    <Page title={t("crashed")}>
      <Empty icon={IconMoodConfuzed} title={t("crashed")} hint={t("crashedHint")}>
        <Button onClick={() => window.location.reload()}>{t("reload")}</Button>
      </Empty>
    </Page>
  );
}
