/** A Markdown table, aligned so that it also reads well in a terminal. Numbers stand to the right. */
export function table(head, rows) {
  const texts = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...texts.map((row) => row[column].length)));
  const right = head.map((_, column) => rows.length > 0 && rows.every((row) => /^[-–—\d.,×%\s]*$/.test(String(row[column]))));
  const line = (row) => `| ${row.map((text, i) => (right[i] ? text.padStart(widths[i]) : text.padEnd(widths[i]))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (right[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  return [line(texts[0]), rule, ...texts.slice(1).map(line)].join('\n');
}
