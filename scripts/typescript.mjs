// Lets Node run the sources as they are: `node --import ./scripts/typescript.mjs FILE.ts`. Node 20 takes no types away by itself.
// Each source stays a module of its own, so that what V8 says of it can be told from the rest.
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { transform } from 'esbuild';
import { isPageText, moduleOfPageText } from './page-text.mjs';

// Node loads this file once more in the thread of its hooks.
if (isMainThread) register(import.meta.url);

export async function load(url, context, next) {
  if (isPageText(url)) return { format: 'module', source: await moduleOfPageText(fileURLToPath(url)), shortCircuit: true };
  if (!url.endsWith('.ts')) return next(url, context);
  const { code } = await transform(readFileSync(fileURLToPath(url), 'utf8'), { loader: 'ts', format: 'esm', target: 'esnext' });
  return { format: 'module', source: code, shortCircuit: true };
}
