// Makes elements: h("p", { class: "note" }, "text").
type Child = Node | string | false | null | undefined;
type Properties = Record<string, string | number | boolean | EventListener | undefined>;

export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: (Child | Child[])[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.flat().filter((one): one is Node | string => one !== null && one !== undefined && one !== false));
  return element;
}

/** Returns a message with what stands between backticks as code. */
export function words(message: string): (string | HTMLElement)[] {
  return message.split("`").map((part, at) => (at % 2 ? h("code", {}, part) : part));
}

/** Puts other children into an element; the focus stays where it is if what had it has a twin with the same key. */
export function fill(element: HTMLElement, ...children: Child[]): void {
  const key = element.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.key : undefined;
  element.replaceChildren(...children.filter((one): one is Node | string => !!one));
  if (key) element.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

export function count(number: number, one: string, several = `${one}s`): string {
  return `${number.toLocaleString("en-US")} ${number === 1 ? one : several}`;
}
