/** A line of a table with its cells bold, and what is between them as it was. */
export const bold = (line: string) => line.replace(/[^|\n]+/g, (cell) => `\u001b[1m${cell}\u001b[22m`);
