import "@fontsource-variable/ibm-plex-sans/wght.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./styles.css";
import { MantineProvider, localStorageColorSchemeManager } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ProblemError } from "./api/client";
import { App } from "./app/App";
import { theme, variables } from "./app/theme";
import { LanguageProvider } from "./words/language";

const nonce = document.querySelector<HTMLMetaElement>("meta[name=style-nonce]")?.content ?? "";
// Styles that libraries make while they run are let through by the page's policy with it.
setNonce(nonce);

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What the site refuses it refuses again.
      retry: (count, error) =>
        count < 2 && !(error instanceof ProblemError && error.status < 500),
    },
  },
});

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <LanguageProvider>
          <MantineProvider
            theme={theme}
            cssVariablesResolver={variables}
            colorSchemeManager={localStorageColorSchemeManager({ key: "archipel.colors" })}
            defaultColorScheme="auto"
            getStyleNonce={() => nonce}
          >
            <Notifications position="top-right" />
            <App />
          </MantineProvider>
        </LanguageProvider>
      </QueryClientProvider>
    </StrictMode>);
}
