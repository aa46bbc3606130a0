// The documentation of this server, drawn from openapi.json in the browser. No build step, no dependency.
import { el, inline, prose } from "./dom.js";
import { entityLink, fieldsTable, resolve } from "./schema.js";
import { tryForm } from "./try.js";

const METHODS = ["get", "post", "put", "patch", "delete"];
const main = document.getElementById("main");
const search = document.getElementById("search");
const contents = document.getElementById("contents");
let api;
let operations = [];
let drawn = false;

async function start() {
  const address = new URL("openapi.json", location.href);
  const key = document.getElementById("key").value.trim();
  const response = await fetch(address, { headers: key ? { Authorization: `Bearer ${key}` } : {} });
  if (response.status === 401) {
    askForKey(key);
    return;
  }
  if (!response.ok) throw new Error(`openapi.json answered ${response.status}`);
  api = await response.json();
  operations = readOperations(new URL(api.servers?.[0]?.url ?? ".", address).href.replace(/\/$/, ""));
  document.title = `${api.info.title} · API`;
  document.getElementById("home").textContent = api.info.title;
  listContents();
  route();
}

function askForKey(given) {
  main.replaceChildren(
    el("h1", {}, "This API asks for its key"),
    el("p", {}, given ? "That is not the key. Enter it again above." : "Enter it above, then press Enter."));
  document.getElementById("key").focus();
}

function begin() {
  start().catch((error) => main.replaceChildren(
    el("h1", {}, "The description cannot be read"),
    el("p", {}, `${error.message}. Reload the page when the server runs.`)));
}

function readOperations(base) {
  return Object.entries(api.paths).flatMap(([path, item]) => METHODS.filter((method) => item[method]).map((method) => ({
    ...item[method],
    parameters: [...(item.parameters || []), ...(item[method].parameters || [])],
    path, base, method: method.toUpperCase(),
  })));
}

function operationsOf(tag) {
  return operations.filter((operation) => operation.tags?.includes(tag.name));
}

function listContents() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = (api.tags || []).filter((tag) => words.every((word) => textOf(tag).includes(word)));
  contents.replaceChildren(
    el("ul", {}, ...found.map((tag) => el("li", {}, el("a", { href: entityLink(tag.name) }, tag.name)))),
    found.length ? "" : el("p", { class: "none" }, "Nothing here has these words."));
  markCurrent();
}

const texts = new Map();

function textOf(tag) {
  if (!texts.has(tag.name)) {
    const fields = Object.entries(resolve(api, schemaOf(tag)).properties || {});
    const parts = [tag.name, tag.description, ...fields.flatMap(([name, field]) => [name, field.title, field.description]),
      ...operationsOf(tag).flatMap((operation) => [operation.path, operation.summary])];
    texts.set(tag.name, parts.join(" ").toLowerCase());
  }
  return texts.get(tag.name);
}

function schemaOf(tag) {
  return api.components?.schemas?.[tag.name];
}

function createdOf(tag) {
  const create = operationsOf(tag).find((operation) => operation.method === "POST");
  const [body] = Object.values(resolve(api, create?.requestBody).content || {});
  return resolve(api, body?.schema);
}

function neededOf(tag) {
  return createdOf(tag).required || [];
}

/** What creation takes but reading does not show: parts. */
function partsOf(tag, schema) {
  const shown = resolve(api, schema).properties || {};
  return Object.entries(createdOf(tag).properties || {}).filter(([name]) => !(name in shown));
}

function current() {
  const name = decoded(location.hash.replace(/^#\//, ""));
  return (api.tags || []).find((tag) => tag.name === name);
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function markCurrent() {
  for (const link of contents.querySelectorAll("a")) {
    if (link.getAttribute("href") === location.hash) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function route() {
  if (!api) return;
  // A link within the page, e.g. the one that skips to the content, draws nothing anew.
  if (drawn && location.hash && document.getElementById(location.hash.slice(1))) return;
  drawn = true;
  const tag = current();
  main.replaceChildren(...(tag ? entityPage(tag) : overview()));
  markCurrent();
  closeMenu();
  scrollTo(0, 0);
}

function overview() {
  return [
    el("h1", {}, api.info.title),
    ...prose(api.info.description),
    el("h2", {}, "Entities"),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Entities" }, el("table", { class: "entities" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Entity"), el("th", { scope: "col" }, "Collection"), el("th", { scope: "col" }, "Meaning"))),
      el("tbody", {}, ...(api.tags || []).map(overviewRow)))),
    el("p", { class: "after" }, "The same for programs: ", el("a", { href: "openapi.json" }, "openapi.json"), " (OpenAPI 3.1)."),
  ];
}

function overviewRow(tag) {
  return el("tr", {},
    el("th", { scope: "row" }, el("a", { href: entityLink(tag.name) }, tag.name)),
    el("td", {}, el("code", {}, operationsOf(tag)[0]?.path ?? "")),
    el("td", {}, ...inline((tag.description || "").split(/\n\s*\n/)[0])));
}

function entityPage(tag) {
  const schema = schemaOf(tag);
  return [
    el("h1", {}, tag.name),
    ...prose(tag.description),
    ...(schema ? [el("h2", {}, "Fields"), fieldsTable(api, schema, neededOf(tag), partsOf(tag, schema))] : []),
    el("h2", {}, "Operations"),
    ...operationsOf(tag).map(operationBlock),
  ];
}

function operationBlock(operation) {
  const inside = el("div", { class: "inside" });
  // Filled when first opened: a page with hundreds of forms would be slow to draw.
  const open = () => { if (!inside.hasChildNodes()) inside.append(...operationParts(operation)); };
  return el("details", { class: "operation", toggle: open },
    el("summary", {}, el("span", { class: `method ${operation.method.toLowerCase()}` }, operation.method),
      el("code", {}, operation.path), el("span", { class: "summary" }, operation.summary || "")),
    inside);
}

function operationParts(operation) {
  const body = Object.values(resolve(api, operation.requestBody).content || {})[0];
  return [
    ...prose(operation.description),
    ...(body ? [el("h3", {}, "Body"), bodyTable(body.schema)] : []),
    el("h3", {}, "Try it"), tryForm(api, operation),
    el("h3", {}, "Answers"), answers(operation),
  ];
}

function bodyTable(schema) {
  const object = (schema.oneOf || schema.anyOf || [schema])[0];
  return el("details", {}, el("summary", {}, "All fields"), fieldsTable(api, object));
}

function answers(operation) {
  return el("dl", { class: "answers" }, ...Object.entries(operation.responses || {}).flatMap(([status, given]) => {
    const response = resolve(api, given);
    return [el("dt", { class: status < "4" ? "good" : "bad" }, status), el("dd", {}, ...inline(response.description || ""))];
  }));
}

function closeMenu() {
  document.body.classList.remove("open");
  document.getElementById("menu").setAttribute("aria-expanded", "false");
}

function toggleMenu(event) {
  const open = document.body.classList.toggle("open");
  event.currentTarget.setAttribute("aria-expanded", String(open));
}

function toggleTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
}

function shortcut(event) {
  const typing = event.target.closest("input, textarea");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    document.body.classList.add("open");
    search.focus();
  }
  if (event.key === "Escape") closeMenu();
}

search.addEventListener("input", listContents);
document.getElementById("menu").addEventListener("click", toggleMenu);
document.getElementById("theme").addEventListener("click", toggleTheme);
addEventListener("hashchange", route);
addEventListener("keydown", shortcut);
document.getElementById("key").addEventListener("change", () => { if (!api) begin(); });
begin();
