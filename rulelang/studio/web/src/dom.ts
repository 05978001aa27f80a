// Makes elements: h("p", { class: "note" }, "text").
export type Child = Node | string | false | null | undefined | Child[];
type Properties = Record<string, string | number | boolean | EventListener | undefined>;

export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...present(children));
  return element;
}

function present(children: Child[]): (Node | string)[] {
  return children.flatMap((one) => (Array.isArray(one) ? present(one) : one === null || one === undefined || one === false || one === "" ? [] : [one]));
}

/** Returns a message with what stands between backticks as code. */
export function words(message: string): (string | HTMLElement)[] {
  return message.split("`").map((part, at) => (at % 2 ? h("code", {}, part) : part));
}

/** Puts other children into an element; the focus stays where it is if what had it has a twin with the same key. */
export function fill(element: HTMLElement, ...children: Child[]): void {
  const key = element.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.key : undefined;
  element.replaceChildren(...present(children));
  if (key) element.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

/** Returns a text with a capital letter at its beginning, unless that is code. */
export function capital(text: string): string {
  return text.slice(0, 1).toLocaleUpperCase("en-US") + text.slice(1);
}

export function number(many: number): string {
  return many.toLocaleString("en-US");
}

export function count(many: number, one: string, several = `${one}s`): string {
  return `${number(many)} ${many === 1 ? one : several}`;
}

/** Returns a button that opens a list of actions, each with what it is for. */
export function menu(name: string, actions: [string, string, () => void][]): HTMLElement {
  const item = ([label, what, act]: (typeof actions)[number]) => h("button", { onclick: () => (close(), act()) }, h("strong", {}, label), h("span", { class: "note" }, what));
  const held = h("details", { class: "menu" }, h("summary", {}, name), h("div", { class: "sheet" }, actions.map(item)));
  const close = () => (held.open = false);
  held.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !held.open) return;
    close();
    held.querySelector("summary")!.focus();
  });
  held.addEventListener("focusout", (event) => event.relatedTarget instanceof Node && !held.contains(event.relatedTarget) && close());
  document.addEventListener("click", (event) => !held.contains(event.target as Node) && close());
  return held;
}
