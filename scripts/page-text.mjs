// Lets `import { text } from './main.ts?text'` give a script or a style sheet as text, bundled with what it imports, for the
// HTML page. As a plug-in of Rolldown for the program and of Vite for the tests, and for scripts/typescript.mjs.
import { dirname, resolve } from 'node:path';
import { build } from 'esbuild';

const suffix = /\?text$/;

export const isPageText = (url) => suffix.test(url);

/** What browsers of the last three years read. */
const browsers = ['chrome110', 'firefox115', 'safari16.4'];

export async function moduleOfPageText(path) {
  const { outputFiles } = await build({ entryPoints: [path], bundle: true, minify: true, write: false, format: 'iife', target: browsers });
  return `export const text = ${JSON.stringify(outputFiles[0].text)};`;
}

const pathOf = (source, folder) => resolve(folder, source.replace(suffix, ''));

export const pageText = {
  name: 'page-text',
  enforce: 'pre',
  // Not a path with an ending that Vite knows: it would take the style sheet for its own.
  resolveId: (source, importer) => (suffix.test(source) ? `\0page-text:${pathOf(source, dirname(importer))}.text` : undefined),
  load: (id) => (id.startsWith('\0page-text:') ? moduleOfPageText(id.slice('\0page-text:'.length, -'.text'.length)) : undefined),
};
