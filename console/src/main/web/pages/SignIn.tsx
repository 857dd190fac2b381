import { Box, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLocation } from "wouter";
import { api, ask } from "../api/client";
import { ColorMenu, LanguageMenu } from "../app/Shell";
import { Snippet } from "../parts/Copy";
import { Logo } from "../parts/Logo";
import { Answer } from "../parts/States";
import { common } from "../words/common";
import { useWords } from "../words/language";
import { signin } from "../words/signin";

const COMMAND = "./archipel console-link";

export function SignIn() {
  const t = useWords(signin);
  const c = useWords(common);
  const [location] = useLocation();
  const providers = useQuery({
    queryKey: ["providers"],
    queryFn: async () => (await ask(api.GET("/auth/providers"))).items,
  });
  useEffect(() => {
    document.title = `${t("title")} · ${c("product")}`;
  }, [t, c]);
  const back = location === "/sign-in" ? "/" : location;
  return (
    <Box component="main" className="archipel-signin">
      <Paper className="archipel-card" p={{ base: "lg", sm: 36 }} maw={460} w="100%">
        <Stack gap="lg">
          <Group justify="space-between">
            <Group gap="sm">
              <Logo size={34} />
              <Text fw={600} size="xl">{c("product")}</Text>
            </Group>
            <Group gap={4}><LanguageMenu /><ColorMenu /></Group>
          </Group>
          <Box>
            <Title order={1} size="h3">{t("title")}</Title>
            <Text c="dimmed" mt={4}>{t("lead")}</Text>
          </Box>
          <Answer query={providers}>
            {(items) => items.length === 0
              ? <Text>{t("none")}</Text>
              : (
                <Stack gap="sm">
                  {items.map((one) => (
                    <Button
                      key={one.id} component="a" size="md"
                      href={`/auth/login/${encodeURIComponent(one.id)}?return_to=${encodeURIComponent(back)}`}
                    >
                      {t("with", { name: one.name })}
                    </Button>
                  ))}
                </Stack>
              )}
          </Answer>
          <Stack gap={8}>
            <Text size="sm" c="dimmed">{t("link")}</Text>
            <Snippet code={COMMAND} label={t("link")} />
          </Stack>
        </Stack>
      </Paper>
    </Box>
  );
}
