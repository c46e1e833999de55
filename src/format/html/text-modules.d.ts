/** The content of a file as text; for a script or a style sheet, with all that it imports. See scripts/page-text.mjs. */
declare module '*?text' {
  export const text: string;
}
