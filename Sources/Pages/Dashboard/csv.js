// Files from the page, and tables from files (RFC 4180).
export function saveFile(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

// The first column, or that of one of the names: numbers of a list as people keep them.
export function column(text, wanted) {
  const lines = text.split(/\r?\n/).map(line => line.split(/[,;\t]/).map(cell => cell.trim().replace(/^"|"$/g, ""))).filter(cells => cells[0]);
  const at = lines.length ? lines[0].findIndex(cell => wanted.includes(cell.toLowerCase())) : -1;
  return at >= 0 ? lines.slice(1).map(cells => cells[at]).filter(Boolean) : lines.map(cells => cells[0]);
}
