// The form that sends an operation's request and shows the answer.
import { copyButton, el, json } from "./dom.js";
import { resolve } from "./schema.js";

// What earlier answers taught: ids and versions, so that the next form is already filled in.
const known = new Map();

/** The form of one operation. */
export function tryForm(api, operation) {
  const { content } = resolve(api, operation.requestBody);
  const type = content && Object.keys(content)[0];
  const inputs = (operation.parameters || []).map((p) => field(operation, resolve(api, p)));
  const editor = type && el("textarea", { rows: "12", spellcheck: "false", "aria-label": "Request body" }, example(api, content[type]));
  const curl = el("pre", { class: "code", tabindex: "0" });
  const output = el("div", { class: "answer", "aria-live": "polite" });
  const form = el("form", { input: refresh, focusin: refresh, submit: send },
    inputs.length ? el("div", { class: "inputs" }, ...inputs.map((input) => input.label)) : "",
    editor ? el("label", { class: "body" }, "Body ", el("small", {}, type), editor) : "",
    el("div", { class: "line" }, el("button", { type: "submit" }, "Send"), copyButton("Copy curl", () => curl.textContent)),
    curl, output);

  function request() {
    return build(operation, inputs, editor && { type, text: editor.value });
  }
  function refresh() {
    curl.textContent = asCurl(request());
  }
  async function send(event) {
    event.preventDefault();
    refresh();
    output.replaceChildren("Sending …");
    output.replaceChildren(...await answer(operation, request()));
  }
  refresh();
  return form;
}

function example(api, media) {
  const given = media.example ?? Object.values(media.examples || {})[0]?.value;
  const fallback = resolve(api, media.schema).examples?.[0];
  return JSON.stringify(given ?? fallback ?? {}, null, 2);
}

function field(operation, parameter) {
  const remembered = known.get(memory(operation, parameter.name));
  const input = el("input", {
    name: parameter.name, required: parameter.in === "path", spellcheck: "false", autocomplete: "off",
    placeholder: hint(parameter),
    value: parameter.in === "path" ? remembered : undefined,
  });
  if (remembered && parameter.in === "path") input.value = remembered;
  const label = el("label", { title: parameter.description }, el("span", {}, parameter.name, " ", el("small", {}, parameter.in)), input);
  return { parameter, input, label };
}

function hint({ schema = {}, in: place }) {
  if (schema.default !== undefined) return `default ${schema.default}`;
  return place === "path" ? "" : "optional";
}

function memory(operation, name) {
  return name === "id" ? `${operation.path.split("/")[1]} id` : name;
}

function build(operation, inputs, body) {
  const query = new URLSearchParams();
  const headers = {};
  let { path } = operation;
  for (const { parameter, input } of inputs) {
    const value = input.value.trim();
    if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, value ? encodeURIComponent(value) : `{${parameter.name}}`);
    else if (!value) continue;
    else if (parameter.in === "query") query.set(parameter.name, value);
    else headers[parameter.name] = value;
  }
  if (body) headers["Content-Type"] = body.type;
  const key = document.getElementById("key").value.trim();
  if (key) headers.Authorization = `Bearer ${key}`;
  const search = query.size ? `?${query}` : "";
  return { method: operation.method, url: operation.base + path + search, headers, body: body?.text };
}

function quote(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The same request for a shell. The key is left out: command lines are seen by others. */
export function asCurl({ method, url, headers, body }) {
  const parts = [`curl -i${method === "GET" ? "" : ` -X ${method}`} ${quote(url)}`];
  for (const [name, value] of Object.entries(headers)) {
    parts.push(name === "Authorization" ? `-H "Authorization: Bearer $KEY"` : `-H ${quote(`${name}: ${value}`)}`);
  }
  if (body !== undefined) parts.push(`-d ${quote(compact(body))}`);
  return parts.join(" \\\n  ");
}

function compact(text) {
  try {
    // Numbers too large for JavaScript would change on the way; leave such texts as they are.
    return /\d{16}/.test(text) ? text : JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

async function answer(operation, request) {
  const started = performance.now();
  try {
    const response = await fetch(request.url, request);
    const text = await response.text();
    remember(operation, response, text);
    return show(response, text, Math.round(performance.now() - started));
  } catch (error) {
    return [el("p", { class: "status bad" }, `No answer: ${error.message}. Is the server running?`)];
  }
}

function remember(operation, response, text) {
  if (!response.ok) return;
  const etag = response.headers.get("ETag");
  if (etag) known.set("If-Match", etag);
  try {
    const { id } = JSON.parse(text);
    if (id !== undefined) known.set(memory(operation, "id"), id);
  } catch { /* Not every answer is an object. */ }
  for (const input of document.querySelectorAll("main form input[name=id]")) {
    if (!input.value) input.value = known.get(memory(operation, "id")) ?? "";
  }
  for (const input of document.querySelectorAll('main form input[name="If-Match"]')) {
    input.placeholder = etag ? `optional, now ${etag}` : "optional";
  }
}

const HEADERS = ["Location", "ETag", "Content-Type", "WWW-Authenticate", "Retry-After", "Allow", "Link"];

function show(response, text, milliseconds) {
  const headers = HEADERS.filter((name) => response.headers.has(name)).map((name) => `${name}: ${response.headers.get(name)}`);
  const line = `${response.status} ${response.statusText} · ${milliseconds} ms · ${new Blob([text]).size} bytes`;
  return [
    el("p", { class: `status ${response.ok ? "good" : "bad"}` }, line),
    headers.length ? el("pre", { class: "code headers", tabindex: "0" }, headers.join("\n")) : "",
    text ? body(response, text) : "",
  ];
}

function body(response, text) {
  const type = response.headers.get("Content-Type") ?? "";
  return /json/.test(type) ? json(pretty(text)) : el("pre", { class: "code", tabindex: "0" }, text);
}

function pretty(text) {
  try {
    return /\d{16}/.test(text) ? text : JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
