// Bundles src/cli/main.ts into dist/supercargo.js, with the Kubernetes client in a chunk of its own, and writes down the
// licences of everything that is in it.
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const dist = 'dist';

// What client-node brings for ways that are not taken: exec and port-forward (ws), copying files (tar-fs), JSON paths, a
// second HTTP client. In the bundle each is empty.
const notTaken = /^(undici|ws|isomorphic-ws|jsonpath-plus|stream-buffers|tar-fs)$/;
const client = /node_modules\/@kubernetes\/client-node\//;

const trimClient = {
  name: 'trim-client-node',
  setup(bundle) {
    bundle.onResolve({ filter: notTaken }, ({ path, importer }) => (client.test(importer) ? { path, namespace: 'not-taken' } : undefined));
    bundle.onLoad({ filter: /.*/, namespace: 'not-taken' }, () => ({
      contents: 'module.exports = new Proxy({}, { get: (_, name) => (name === "__esModule" ? false : class NotTaken {}) });',
    }));
    // Of client-node only KubeConfig is used. That its thousand models have no side effects its package.json does not say.
    bundle.onResolve({ filter: /./ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (pluginData === 'second' || !(path === '@kubernetes/client-node' || importer.includes('@kubernetes/client-node')))
        return undefined;
      const resolved = await bundle.resolve(path, { importer, resolveDir, kind, pluginData: 'second' });
      return resolved.path.includes('@kubernetes/client-node') ? { ...resolved, sideEffects: false } : resolved;
    });
  },
};

// What these make as they load is needed by hardly any run, and the first use of Intl takes up to 20 ms: it is made when it is used.
const late = [
  {
    file: /node_modules\/string-width\/index\.js$/,
    early: 'const segmenter = new Intl.Segmenter();',
    instead: 'let made; const segmenter = { segment: (text) => (made ??= new Intl.Segmenter()).segment(text) };',
  },
  {
    file: /node_modules\/packageurl-js\/src\/strings\.js$/,
    early: 'const { compare: localeCompare } = new Intl.Collator()',
    instead: 'let made; const localeCompare = (a, b) => (made ??= new Intl.Collator()).compare(a, b)',
  },
];

const lateIntl = {
  name: 'late-intl',
  setup(bundle) {
    for (const { file, early, instead } of late) {
      bundle.onLoad({ filter: file }, ({ path }) => {
        if (path.includes('/cli-table3/')) return undefined;
        const text = readFileSync(path, 'utf8');
        if (!text.includes(early)) throw new Error(`${path} has no longer the line that is put off: look at it anew`);
        return { contents: text.replace(early, instead) };
      });
    }
  },
};

rmSync(dist, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: { supercargo: 'src/cli/main.ts' },
  outdir: dist,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  metafile: true,
  logLevel: 'warning',
  plugins: [trimClient, lateIntl],
  banner: { js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);" },
});
chmodSync(join(dist, 'supercargo.js'), 0o755);
writeFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), noticesOf(bundledPackages(metafile)));

/** The folders of all packages of which something is in the bundle. */
function bundledPackages({ outputs }) {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const folders = files.flatMap((file) => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []);
  return [...new Set(folders)].sort();
}

function noticesOf(folders) {
  return folders
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
      const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `License: ${license}`;
      return `${name} ${version} (${license})\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(78)}\n\n`);
}
