// Everything shown comes from the description, so from the model: it is only ever set as text.

/** Make an element; children are elements, or strings that become text. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

/** Paragraphs of a text: an empty line between two, lines of code begin with four spaces. */
export function prose(text) {
  return (text || "").split(/\n\s*\n/).filter((part) => part.trim()).map((part) =>
    part.startsWith("    ")
      ? el("pre", { class: "code", tabindex: "0" }, part.replace(/^ {4}/gm, ""))
      : el("p", {}, ...inline(part)));
}

/** Text in which `words` between backquotes are code. */
export function inline(text) {
  return text.split(/(`[^`\n]+`)/).map((part) =>
    part.length > 2 && part.startsWith("`") && part.endsWith("`") ? el("code", {}, part.slice(1, -1)) : part);
}

const TOKENS = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** A block of JSON, coloured. */
export function json(text) {
  const block = el("pre", { class: "code", tabindex: "0" });
  let end = 0;
  for (const match of text.matchAll(TOKENS)) {
    block.append(text.slice(end, match.index));
    const kind = match[2] ? "name" : match[1] ? "string" : "literal";
    block.append(el("span", { class: kind }, match[1] || match[0]), match[2] || "");
    end = match.index + match[0].length;
  }
  block.append(text.slice(end));
  return block;
}

/** A button that copies what `read` returns. */
export function copyButton(label, read) {
  const button = el("button", { type: "button", click: copy }, label);
  async function copy() {
    try {
      await navigator.clipboard.writeText(read());
      button.textContent = "Copied";
    } catch {
      button.textContent = "Select and copy by hand";
    }
    setTimeout(() => { button.textContent = label; }, 1500);
  }
  return button;
}
