/** A table line with bold cells, and the separators unchanged. */
export const bold = (line: string) => line.replace(/[^|\n]+/g, (cell) => `\u001b[1m${cell}\u001b[22m`);
