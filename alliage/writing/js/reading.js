// The text laid out for those who read, as rendering.py does: headings, lists, paragraphs; never as markup.

const HEADING = /^(#{1,3})\s+(?=\S)/, BULLET = /^\s*[-–•*]\s+(?=\S)/, NUMBERED = /^\s*\d{1,3}[.)]\s+(?=\S)/;

function kind(line) {
  if (HEADING.test(line)) return "heading";
  if (BULLET.test(line)) return "ul";
  if (NUMBERED.test(line)) return "ol";
  return line.trim() ? "p" : "";
}

const made = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });

export function layOut(text, into, level) {
  const blocks = [];
  let last = "", block;
  for (const line of text.split("\n")) {
    const now = kind(line);
    if (now === "heading") blocks.push(made(`h${level + line.match(HEADING)[1].length - 1}`, line.replace(HEADING, "").trim()));
    else if (now) {
      if (now !== last) blocks.push(block = document.createElement(now));
      if (now === "p") block.append(...(now === last ? [document.createElement("br")] : []), line.trimEnd());
      else block.append(made("li", line.replace(now === "ul" ? BULLET : NUMBERED, "").trim()));
    }
    last = now;
  }
  into.replaceChildren(...blocks);
}
