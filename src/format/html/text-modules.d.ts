/** What stands in a file, as text; of a script or a style sheet all that it imports with it. See scripts/page-text.mjs. */
declare module '*?text' {
  export const text: string;
}
