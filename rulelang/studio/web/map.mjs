// Cuts the map that rulesets ask for (rulesets/map.json) out of an atlas: the shape of each county as an SVG path.
import { createRequire } from "node:module";
import { feature } from "topojson-client";

const WIDTH = 1000;

/** Returns the size of the map and the shapes by the names of the counties. */
export function cutOut({ file, ids }) {
  const atlas = createRequire(import.meta.url)(file);
  const { features } = feature(atlas, { type: "GeometryCollection", geometries: atlas.objects.counties.geometries.filter((one) => one.id.startsWith(ids)) });
  const rings = new Map(features.map(({ properties, geometry }) => [properties.name, (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).flat()]));
  const project = projection([...rings.values()].flat(2));
  const shapes = Object.fromEntries([...rings].sort(([a], [b]) => a.localeCompare(b)).map(([name, some]) => [name, some.map((ring) => path(ring.map(project.place))).join("")]));
  return { width: WIDTH, height: project.height, shapes };
}

/** Returns how places become points: degrees as they are, of longitude so much less as the map lies to the north. */
function projection(places) {
  const [east, north] = [0, 1].map((at) => places.map((one) => one[at]));
  const [left, right, low, top] = [Math.min(...east), Math.max(...east), Math.min(...north), Math.max(...north)];
  const narrow = Math.cos((((low + top) / 2) * Math.PI) / 180);
  const scale = WIDTH / ((right - left) * narrow);
  return { height: Math.ceil((top - low) * scale), place: ([x, y]) => [Math.round((x - left) * narrow * scale), Math.round((top - y) * scale)] };
}

function path(points) {
  const kept = points.filter((one, at) => at === 0 || one[0] !== points[at - 1][0] || one[1] !== points[at - 1][1]);
  if (kept.length < 4) return "";
  const steps = kept.slice(1, -1).map(([x, y], at) => `${x - kept[at][0]},${y - kept[at][1]}`);
  return `M${kept[0].join()}l${steps.join(" ")}z`;
}
