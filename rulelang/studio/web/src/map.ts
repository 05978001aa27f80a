// The counties on a map, the darker the more of their LEAs are affected. The map comes with the rulesets.
import { h, number } from "./dom";

export interface CountyMap {
  width: number;
  height: number;
  /** The path of each county by its name. */
  shapes: Record<string, string>;
}

export interface County {
  county: string;
  leas: number;
  moved: number;
}

const SVG = "http://www.w3.org/2000/svg";
const STEPS = 5;

/** Returns a map of the counties; nothing where fewer than two of them are on it, since there is nothing to compare. */
export function countyMap(map: CountyMap | undefined, counties: County[], choose: (county: string) => void): HTMLElement | false {
  const found = new Map(counties.filter((one) => map && one.county in map.shapes).map((one) => [one.county, one]));
  if (!map || found.size < 2) return false;
  const most = Math.max(...counties.map((one) => one.moved));
  const shape = ([name, path]: [string, string]) => {
    const county = found.get(name);
    const made = svg("path", { d: path, class: `county step${county ? step(county.moved, most) : "-none"}` });
    const title = svg("title", {});
    title.textContent = county ? `${name}: ${number(county.moved)} of ${number(county.leas)} affected` : `${name}: no LEA in the data`;
    made.append(title);
    if (county?.moved) made.addEventListener("click", () => choose(name));
    return made;
  };
  const drawn = svg("svg", { viewBox: `-4 -4 ${map.width + 8} ${map.height + 8}`, role: "img", "aria-label": "Map of the counties by how many of their LEAs are affected; the table has the numbers" });
  drawn.append(...Object.entries(map.shapes).map(shape));
  return h("figure", { class: "map" }, drawn as unknown as HTMLElement, legend(most));
}

/** Returns how dark a county is: 0 where nobody is affected, and so many steps up to the county with the most. */
export function step(moved: number, most: number): number {
  return moved === 0 ? 0 : Math.max(1, Math.ceil((STEPS * moved) / most));
}

function legend(most: number): HTMLElement {
  const steps = [...Array(STEPS + 1).keys()].map((at) => h("span", { class: `swatch step${at}` }));
  return h("figcaption", { class: "note" }, "LEAs affected: none ", steps, ` ${number(most)}`);
}

function svg(tag: string, properties: Record<string, string>): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, value);
  return element;
}
