// Types of the description in words.
import { el, inline } from "./dom.js";

/** Follow references until there is none. */
export function resolve(api, schema) {
  let found = schema;
  while (found && found.$ref) {
    found = found.$ref.slice(2).split("/").reduce(
      (node, part) => node?.[part.replaceAll("~1", "/").replaceAll("~0", "~")], api);
  }
  return found || {};
}

function nameOf(reference) {
  return reference.split("/").pop();
}

function branches(schema) {
  return schema.anyOf || schema.oneOf;
}

/** A type in few words, as elements and text. */
export function typeOf(api, schema) {
  if (!schema) return ["anything"];
  if (schema.$ref) return [reference(api, schema.$ref)];
  if (branches(schema)) return branches(schema).flatMap((part, i) => [i ? " or " : "", ...typeOf(api, part)]);
  const types = [schema.type ?? "anything"].flat();
  return types.flatMap((type, i) => [i ? " or " : "", ...single(api, schema, type)]);
}

function single(api, schema, type) {
  if (type === "array") return ["list of ", ...typeOf(api, schema.items)];
  return [type === "string" && schema.format ? schema.format : type];
}

function reference(api, target) {
  const name = nameOf(target);
  // Shapes are called after their entity: OrderLine.Create is one of OrderLine.
  const known = (api.tags || []).find((tag) => tag.name === name.split(".")[0]);
  return known ? el("a", { href: entityLink(known.name) }, known.name) : name;
}

/** The address of an entity's page. */
export function entityLink(name) {
  return `#/${encodeURIComponent(name)}`;
}

function bounds(schema) {
  return [
    range(schema.minLength, schema.maxLength, "character"),
    range(schema.minItems, schema.maxItems, "item"),
    range(schema.minimum, schema.maximum, ""),
  ].filter(Boolean);
}

function range(low, high, unit) {
  if (low === undefined && high === undefined) return "";
  const units = unit && ` ${unit}${(high ?? low) === 1 ? "" : "s"}`;
  if (low === undefined) return `at most ${high}${units}`;
  if (high === undefined) return `at least ${low}${units}`;
  return low === high ? `exactly ${low}${units}` : `${low} to ${high}${units}`;
}

/** What a value must fulfil, as elements and text. */
export function rules(api, schema) {
  const parts = [schema, ...(branches(schema) || [])].map((part) => resolve(api, part));
  const inner = parts.filter((part) => part.items).map((part) => resolve(api, part.items));
  const all = [...parts, ...inner];
  const said = all.flatMap(bounds);
  if (schema.readOnly) said.push("read only");
  if (schema.default !== undefined) said.push(`default ${JSON.stringify(schema.default)}`);
  const values = all.flatMap((part) => part.enum || []);
  return [said.join(", "), values.length ? el("span", { class: "values" }, ...values.map(value)) : ""];
}

function value(text) {
  return el("code", {}, String(text));
}

/** The table of an object's fields; `required` names those that must be sent, `more` are only sent. */
export function fieldsTable(api, schema, required = resolve(api, schema).required, more = []) {
  const object = resolve(api, schema);
  const rows = [...Object.entries(object.properties || {}), ...more].map(([name, field]) => row(api, name, field, (required || []).includes(name)));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Fields" }, el("table", { class: "fields" },
    el("thead", {}, el("tr", {}, ...["Field", "Type", "Rules", "Meaning"].map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, ...rows)));
}

function row(api, name, field, required) {
  return el("tr", {},
    el("th", { scope: "row" }, el("code", {}, name), required ? el("span", { class: "required" }, " required") : ""),
    el("td", {}, ...typeOf(api, field)),
    el("td", {}, ...rules(api, field)),
    el("td", {}, ...inline(meaning(name, field))));
}

function meaning(name, { title = "", description = "" }) {
  const said = title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_") === name.replace(/_id$/, "");
  return [said ? "" : title, description].filter(Boolean).join(". ");
}
