// Names on the map: broken into lines, each beside its place, none over another one or over the edge.

const lineHeight = 15, width = 140, gap = 3;
const font = () => `600 12px ${getComputedStyle(document.body).fontFamily}`;

/** Breaks a name where a line is full: between words, or within a word that is longer than a line. */
function broken(context, name) {
  const lines = [''];
  const fits = text => context.measureText(text.trimEnd()).width <= width;
  for (const part of name.split(/(?<=\s)|(?<=[\u2e80-\uffef])/u)) {
    if (fits(lines.at(-1) + part)) lines[lines.length - 1] += part;
    else if (fits(part)) lines.push(part);
    else for (const sign of part) if (fits(lines.at(-1) + sign)) lines[lines.length - 1] += sign; else lines.push(sign);
  }
  return lines.map(line => line.trim()).filter(Boolean);
}

/**
 * Returns what writes names, the first ones first; a name that has no room is left out.
 * @param {{text: string, x: number, y: number}[]} names Names and the positions of their middles.
 */
export function nameWriter(context, names) {
  context.font = font();
  const blocks = names.map(({ text, x, y }) => {
    const lines = broken(context, text);
    return { x, y, lines, width: Math.max(...lines.map(line => context.measureText(line).width)), height: lines.length * lineHeight };
  });
  return ({ left, top, scale }, size, c) => {
    const taken = [];
    Object.assign(context, { font: font(), textAlign: 'center', textBaseline: 'middle', lineJoin: 'round', lineWidth: 4, strokeStyle: c.surface, fillStyle: c.ink });
    for (const block of blocks) {
      const middle = (block.x - left) * scale, centre = (top - block.y) * scale;
      if (middle < 0 || centre < 0 || middle > size.width || centre > size.height) continue;
      const x = Math.max(gap + block.width / 2, Math.min(size.width - gap - block.width / 2, middle));
      const y = Math.max(gap + block.height / 2, Math.min(size.height - gap - block.height / 2, centre));
      if (taken.some(other => Math.abs(other.x - x) < (other.width + block.width) / 2 + 2 * gap && Math.abs(other.y - y) < (other.height + block.height) / 2 + gap)) continue;
      taken.push({ x, y, width: block.width, height: block.height });
      for (const draw of ['strokeText', 'fillText'])
        block.lines.forEach((line, i) => context[draw](line, x, y + (i - (block.lines.length - 1) / 2) * lineHeight));
    }
  };
}
