/** Starts `rulelang lsp` for rule files, and restarts it when its settings change. */

import { existsSync } from "node:fs";
import { join } from "node:path";

import { commands, type ExtensionContext, window, workspace } from "vscode";
import { LanguageClient, type ServerOptions } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(
    commands.registerCommand("rulelang.restart", restart),
    workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("rulelang.command")) await restart();
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function restart(): Promise<void> {
  await client?.dispose();
  client = undefined;
  await start();
}

async function start(): Promise<void> {
  const [command, ...args] = serverCommand();
  const server: ServerOptions = { command: command ?? "rulelang", args };
  client = new LanguageClient("rulelang", "rulelang", server, {
    documentSelector: [{ language: "rulelang", scheme: "file" }, { language: "rulelang", scheme: "untitled" }],
  });
  try {
    await client.start();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const chosen = await window.showErrorMessage(
      `The language server of rulelang could not be started with "${[command, ...args].join(" ")}": ${reason}. ` +
        "Install it with pip install 'rulelang[lsp]', or say in the settings where it is.",
      "Open settings",
    );
    if (chosen) await commands.executeCommand("workbench.action.openSettings", "rulelang.command");
  }
}

/** Returns the command of the settings, or else that of the folder's own environment, or the one on the path. */
function serverCommand(): string[] {
  const set = workspace.getConfiguration("rulelang").get<string[]>("command", []);
  if (set.length > 0) return set;
  const places = process.platform === "win32" ? [".venv", "Scripts", "rulelang.exe"] : [".venv", "bin", "rulelang"];
  for (const folder of workspace.workspaceFolders ?? []) {
    const own = join(folder.uri.fsPath, ...places);
    if (existsSync(own)) return [own, "lsp"];
  }
  return ["rulelang", "lsp"];
}
