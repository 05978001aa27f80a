import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { fileParallelism: false }, // each file of browser tests starts a Chromium of its own
});
