// The tour of a minute: what each part of the page is for, one after another.
import { fill, h } from "./dom";
import type { Side, Tab } from "./page";

interface Step {
  side: Side;
  tab: Tab;
  /** What the step is about, which gets a frame. */
  about: string;
  title: string;
  text: string;
}

const STEPS: Step[] = [
  { side: "rules", tab: "impact", about: ".editor", title: "These are the rules", text: "Rules are written as in the policy; only what a year changes is here. Change a word, such as a color or a number: errors are shown below, often with a fix." },
  { side: "rules", tab: "impact", about: ".left select", title: "Choose a year", text: "Every year’s rules are here. Whatever you change is yours alone: the originals stay as they are." },
  { side: "results", tab: "impact", about: "#view-impact", title: "See who is affected", text: "With every change, Impact shows how many LEAs get each determination before and after, and which LEAs are affected." },
  { side: "results", tab: "lea", about: "#view-lea", title: "Look at one LEA", text: "Its levels, every rule with whether it holds and why, and the smallest changes that would lead to another determination." },
  { side: "results", tab: "scenarios", about: "#view-scenarios", title: "Compare versions", text: "Keep your edits under a name, go on, and see the versions side by side." },
  { side: "results", tab: "full", about: "#view-full", title: "Read all the rules", text: "Rules in full also shows the rules of earlier years that are still in force. Press Change beside one to change it." },
  { side: "results", tab: "impact", about: ".data", title: "Use real data", text: "At first you see a made-up state. Drop the state’s Dashboard files anywhere on the page to use them instead. They never leave this computer." },
  { side: "results", tab: "impact", about: ".top .buttons", title: "Save and share", text: "Save the rules or the results, for Excel too. Share makes one file of all this, with a note, that a board member can open by a double click." },
];

/** Shows the tour; `show` brings the side and the view of a step up. */
export class Tour {
  private readonly card = h("section", { class: "tour", role: "dialog", "aria-labelledby": "tour-title", hidden: true });
  private back: HTMLElement | null = null;

  constructor(
    private readonly page: HTMLElement,
    private readonly show: (side: Side, tab: Tab) => void,
  ) {
    page.append(this.card);
    this.card.addEventListener("keydown", (event) => event.key === "Escape" && this.end());
  }

  begin(): void {
    this.back = document.activeElement as HTMLElement | null;
    this.card.hidden = false;
    this.step(0);
  }

  private step(at: number): void {
    const { side, tab, about, title, text } = STEPS[at]!;
    this.show(side, tab);
    this.frame(about);
    const isLast = at === STEPS.length - 1;
    const next = h("button", { class: "main", onclick: () => (isLast ? this.end() : this.step(at + 1)) }, isLast ? "Done" : "Next");
    fill(
      this.card,
      h("p", { class: "note" }, `${at + 1} of ${STEPS.length}`),
      h("h2", { id: "tour-title" }, title),
      h("p", {}, text),
      h("div", { class: "ends" }, !isLast && h("button", { class: "link skip", onclick: () => this.end() }, "Skip the rest"), at > 0 && h("button", { onclick: () => this.step(at - 1) }, "Back"), next),
    );
    next.focus();
  }

  private frame(selector?: string): void {
    this.page.querySelector(".toured")?.classList.remove("toured");
    const framed = selector && this.page.querySelector(selector);
    if (!framed) return;
    framed.classList.add("toured");
    framed.scrollIntoView({ block: "nearest" });
  }

  private end(): void {
    this.card.hidden = true;
    this.frame();
    this.show("results", "impact");
    this.back?.focus();
  }
}

/** Returns what is offered to somebody who opens the studio for the first time. */
export function invitation(accept: () => void, decline: () => void): HTMLElement {
  return h("div", { class: "invitation" }, h("p", {}, h("strong", {}, "New here?"), " Here you can read the rules, change them, and see at once what that does for each LEA (district, county office or charter school). Nothing you do here changes anything elsewhere. A tour of one minute shows how it works."), h("button", { class: "main", onclick: accept }, "Take the tour"), h("button", { onclick: decline }, "Not now"));
}
