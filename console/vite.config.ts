import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const control = process.env["ARCHIPEL_CONTROL"] ?? "http://127.0.0.1:8081";

export default defineConfig({
  root: "src/main/web",
  plugins: [react()],
  build: {
    outDir: "../../../target/classes/org/archipel/console",
    emptyOutDir: true,
    // Nothing inline: the page's policy allows no data: scripts and no inline ones.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 700,
    reportCompressedSize: false,
  },
  // npm run dev: the application from here, everything else from a running site.
  server: { proxy: { "/api": control, "/auth": control } },
});
