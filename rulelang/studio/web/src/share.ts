// What somebody says who shares the page, and the work as it is written into the page.
import { base64Of, bytesOf } from "./assets";
import { count, h } from "./dom";
import type { FileGiven } from "./questions";
import type { Scenario } from "./scenarios";

/** What is shared: the rules as opened and as edited, the kept versions, the data, and what is said of it. */
export interface Shared {
  /** By which the browser keeps apart what is done in one shared page and in another. */
  id: string;
  title: string;
  note: string;
  ruleset: string;
  opened: FileGiven[] | null;
  text: string;
  understood: string;
  scenarios: Scenario[];
  data: FileGiven[];
}

export type Said = Pick<Shared, "title" | "note"> & { withFiles: boolean };

/** Returns work as a text; `read` makes work of it again. */
export async function written(shared: Shared): Promise<string> {
  const texts = (files: FileGiven[]) => Promise.all(files.map(async ({ name, data }) => ({ name, text: base64Of(new Uint8Array(await data.arrayBuffer())) })));
  return JSON.stringify({ ...shared, data: await texts(shared.data), opened: shared.opened && (await texts(shared.opened)) });
}

interface FileText {
  name: string;
  text: string;
}

export function read(text: string): Shared {
  const held = JSON.parse(text) as Omit<Shared, "data" | "opened"> & { data: FileText[]; opened: FileText[] | null };
  const files = (texts: FileText[]) => texts.map(({ name, text }) => ({ name, data: new Blob([bytesOf(text)]) }));
  return { ...held, data: files(held.data), opened: held.opened && files(held.opened) };
}

export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((one) => one.toString(16).padStart(2, "0")).join("");
}

/** Asks what to say in a page that is to be shared; undefined where nothing is to be shared after all. */
export function askWhatToShare(title: string, files: number, versions: number): Promise<Said | undefined> {
  const name = h("input", { required: true, maxlength: 120, value: title });
  const note = h("textarea", { rows: 4, placeholder: "What should people look at? What do you want to know from them?" });
  const data = h("input", { type: "checkbox", checked: true });
  const kept = versions ? `, the ${versions === 1 ? "version" : count(versions, "version")} you kept` : "";
  const dialog = h(
    "dialog",
    { "aria-labelledby": "share-title" },
    h(
      "form",
      { method: "dialog" },
      h("h2", { id: "share-title" }, "Share this as a file"),
      h("p", { class: "note" }, `You get one file that anybody can open in a browser, with nothing to install and no network. It holds the rules as you have edited them, what they were${kept}, and the data.`),
      h("label", { class: "field" }, h("span", {}, "Title"), name),
      h("label", { class: "field" }, h("span", {}, "Note to the reader (optional)"), note),
      files > 0 ? h("label", { class: "check" }, data, ` Include your ${count(files, "data file")}. Anybody who has the file can then read them.`) : h("p", { class: "note" }, "The data are the made-up state."),
      h("div", { class: "ends" }, h("button", { value: "no", formnovalidate: true }, "Cancel"), h("button", { class: "main", value: "yes" }, "Save the file")),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  name.select();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? { title: name.value.trim(), note: note.value.trim(), withFiles: data.checked } : undefined);
    });
  });
}
