import {
  ActionIcon, Anchor, AppShell, Box, Burger, Group, Menu, NavLink, ScrollArea, Text, Tooltip,
  useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconCheck, IconDeviceDesktop, IconLanguage, IconLogout, IconMoon, IconSun, IconUserCircle,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { api, ask } from "../api/client";
import { Logo } from "../parts/Logo";
import { common, menu } from "../words/common";
import { useLanguage, useWords } from "../words/language";
import { useLive } from "./live";
import { PAGES } from "./pages";
import { useSession } from "./session";

const GROUPS = ["groupSite", "groupOperate", "groupAccounts", "groupGovern"] as const;

export function useSite() {
  return useQuery({
    queryKey: ["site"],
    queryFn: () => ask(api.GET("/api/v1/site")),
    staleTime: 300_000,
  });
}

/** What is around every page: the menu of what one may see, and how it is shown. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const t = useWords(common);
  const [opened, { toggle, close }] = useDisclosure(false);
  const [location] = useLocation();
  const area = location.split("/")[1] ?? "";
  const first = useRef(true);
  useEffect(() => {
    close();
    // Who cannot see that the page changed hears its title.
    if (!first.current) {
      window.scrollTo(0, 0);
      window.setTimeout(() => document.getElementById("page-title")?.focus(), 50);
    }
    first.current = false;
  }, [area, close]);
  return (
    <>
      <a href="#content" className="archipel-skip">{t("skip")}</a>
      <AppShell
        header={{ height: 58 }}
        navbar={{ width: 236, breakpoint: "md", collapsed: { mobile: !opened } }}
        padding={{ base: "sm", sm: "lg", lg: "xl" }}
      >
        <AppShell.Header className="archipel-header">
          <Header burger={
            <Burger
              opened={opened} onClick={toggle} hiddenFrom="md" size="sm" aria-label={t("menu")}
              aria-expanded={opened}
            />
          } />
        </AppShell.Header>
        <AppShell.Navbar className="archipel-navbar" aria-label={t("menuOf")} p="xs">
          <Navigation />
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1}>
          <Box maw={1280} mx="auto">{children}</Box>
        </AppShell.Main>
      </AppShell>
    </>
  );
}

function Header({ burger }: { readonly burger: ReactNode }) {
  const t = useWords(common);
  const site = useSite().data;
  return (
    <Group h="100%" px={{ base: "sm", sm: "md" }} justify="space-between" wrap="nowrap">
      <Group gap="sm" wrap="nowrap" miw={0}>
        {burger}
        <Link href="/" className="archipel-brand" aria-label={t("product")}>
          <Logo size={28} />
          <Text fw={600} size="lg" component="span" visibleFrom="xs">{t("product")}</Text>
        </Link>
        {site !== undefined && (
          <Text c="dimmed" truncate className="archipel-sitename">{site.name}</Text>
        )}
      </Group>
      <Group gap={6} wrap="nowrap">
        <Connection />
        <LanguageMenu />
        <ColorMenu />
        <AccountMenu />
      </Group>
    </Group>
  );
}

function Connection() {
  const t = useWords(common);
  const { connected, live } = useLive();
  if (live === undefined) {
    return null;
  }
  return (
    <Group gap={8} wrap="nowrap" role="status" mr="xs">
      <span className="archipel-dot" data-lost={connected ? undefined : true} />
      <Text size="sm" c="dimmed" component="span" visibleFrom={connected ? "sm" : undefined}>
        {connected ? t("live") : t("notLive")}
      </Text>
    </Group>
  );
}

function Choice(props: {
  readonly label: string;
  readonly icon: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <Menu position="bottom-end" shadow="md" width={230}>
      <Menu.Target>
        <Tooltip label={props.label}>
          <ActionIcon variant="subtle" size="lg" aria-label={props.label}>{props.icon}</ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>{props.children}</Menu.Dropdown>
    </Menu>
  );
}

const CHECK = <IconCheck size={16} aria-hidden />;

export function LanguageMenu() {
  const t = useWords(common);
  const { language, choose } = useLanguage();
  return (
    <Choice label={t("language")} icon={<IconLanguage size={20} aria-hidden />}>
      <Menu.Item
        lang="fr" rightSection={language === "fr" ? CHECK : null} onClick={() => choose("fr")}
      >
        {t("french")}
      </Menu.Item>
      <Menu.Item
        lang="en" rightSection={language === "en" ? CHECK : null} onClick={() => choose("en")}
      >
        {t("english")}
      </Menu.Item>
    </Choice>
  );
}

export function ColorMenu() {
  const t = useWords(common);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const icon = colorScheme === "dark"
    ? <IconMoon size={20} aria-hidden />
    : <IconSun size={20} aria-hidden />;
  const item = (scheme: "light" | "dark" | "auto", word: string, left: ReactNode) => (
    <Menu.Item
      leftSection={left} rightSection={colorScheme === scheme ? CHECK : null}
      onClick={() => setColorScheme(scheme)}
    >
      {word}
    </Menu.Item>
  );
  return (
    <Choice label={t("colors")} icon={icon}>
      {item("light", t("light"), <IconSun size={16} aria-hidden />)}
      {item("dark", t("dark"), <IconMoon size={16} aria-hidden />)}
      {item("auto", t("system"), <IconDeviceDesktop size={16} aria-hidden />)}
    </Choice>
  );
}

function AccountMenu() {
  const t = useWords(common);
  const { me, signOut } = useSession();
  return (
    <Choice label={t("account")} icon={<IconUserCircle size={20} aria-hidden />}>
      <Menu.Label>
        <Text size="sm" fw={600} c="var(--mantine-color-text)">
          {me.administrator ? t("administrator") : me.display_name}
        </Text>
        {me.email !== undefined && <Text size="xs">{me.email}</Text>}
        {me.roles.map((role) => (
          <Text size="xs" key={role.id}>
            {[role.role, role.organization, role.project].filter(Boolean).join(" · ")}
          </Text>
        ))}
      </Menu.Label>
      <Menu.Divider />
      <Menu.Item
        leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void signOut()}
      >
        {t("signOut")}
      </Menu.Item>
    </Choice>
  );
}

function Navigation() {
  const t = useWords(menu);
  const c = useWords(common);
  const { may } = useSession();
  const [location] = useLocation();
  const mine = PAGES.filter((entry) => entry.needs.some(may));
  return (
    <>
      <AppShell.Section grow component={ScrollArea}>
        {GROUPS.filter((group) => mine.some((entry) => entry.group === group)).map((group) => (
          <Box key={group}>
            <Text className="archipel-navgroup" id={`nav-${group}`}>{t(group)}</Text>
            <Box role="group" aria-labelledby={`nav-${group}`}>
              {mine.filter((entry) => entry.group === group).map((entry) => {
                const here = entry.path === "/"
                  ? location === "/"
                  : location === entry.path || location.startsWith(`${entry.path}/`);
                return (
                  <NavLink
                    key={entry.path} component={Link} href={entry.path} label={t(entry.name)}
                    active={here} aria-current={here ? "page" : undefined} variant="subtle"
                    leftSection={<entry.icon size={18} stroke={1.7} aria-hidden />}
                  />
                );
              })}
            </Box>
          </Box>
        ))}
      </AppShell.Section>
      <AppShell.Section p="xs">
        <Anchor component={Link} href="/accessibility" size="xs">{c("accessible")}</Anchor>
      </AppShell.Section>
    </>
  );
}
