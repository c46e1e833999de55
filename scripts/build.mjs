// Bundles src/cli/start.ts into dist/supercargo.js, with the Kubernetes client in a chunk of its own, and writes down
// everything that is in it, with its licences.
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, transform } from 'esbuild';
import { pageTextForEsbuild } from './page-text.mjs';
import { bundledPackages, noticesOf, ownBillOf } from './supply.mjs';

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

// What these make as they load hardly any run needs, and the first use of such data of ICU takes some 10 ms each.
const late = [
  {
    file: /node_modules\/commander\/lib\/command\.js$/,
    // Only commands that are programs of their own are started by it, and there are none.
    lines: {
      "const childProcess = require('node:child_process');":
        "const childProcess = { spawn: (...args) => require('node:child_process').spawn(...args) };",
    },
  },
  {
    file: /node_modules\/string-width\/index\.js$/,
    lines: {
      'const segmenter = new Intl.Segmenter();':
        'let made; const segmenter = { segment: (text) => (made ??= new Intl.Segmenter()).segment(text) };',
      'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;':
        'let emoji; const rgiEmojiRegex = { test: (text) => (emoji ??= new RegExp("^\\\\p{RGI_Emoji}$", "v")).test(text) };',
    },
  },
  {
    file: /node_modules\/packageurl-js\/src\/strings\.js$/,
    // It only brings the names of the parts of a purl, all ASCII, in an order.
    lines: { 'const { compare: localeCompare } = new Intl.Collator()': 'const localeCompare = (a, b) => (a < b ? -1 : Number(a > b));' },
  },
];

const makeLate = {
  name: 'make-late',
  setup(bundle) {
    for (const { file, lines } of late) {
      bundle.onLoad({ filter: file }, ({ path }) => {
        // cli-table3 has a string-width of its own, an older one.
        if (path.includes('/cli-table3/')) return undefined;
        return {
          contents: Object.entries(lines).reduce(
            (text, [line, instead]) => replaceLine(path, text, line, instead),
            readFileSync(path, 'utf8'),
          ),
        };
      });
    }
  },
};

function replaceLine(path, text, line, instead) {
  if (!text.includes(line)) throw new Error(`${path} has no longer the line that is put off: ${line}`);
  return text.replace(line, () => instead);
}

const { metafile, outputFiles } = await build({
  entryPoints: { supercargo: 'src/cli/start.ts' },
  outdir: dist,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  metafile: true,
  write: false,
  logLevel: 'warning',
  plugins: [trimClient, makeLate, pageTextForEsbuild],
  define: { READER_DIGEST: JSON.stringify(digestOfReader()) },
});
rmSync(dist, { recursive: true, force: true });
for (const { path, text } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, await asCommonJs(text));
}
writeFileSync(join(dist, 'package.json'), '{ "type": "commonjs" }\n');
chmodSync(join(dist, 'supercargo.js'), 0o755);
writeFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), noticesOf(bundledPackages(metafile)));
writeFileSync(join(dist, 'supercargo.cdx.json'), await ownBillOf(metafile));

/** esbuild splits ES modules alone. As CommonJS they start some 6 ms earlier: Node's loader of ES modules is not needed at all. */
async function asCommonJs(text) {
  const options = { format: 'cjs', platform: 'node', target: 'node20', supported: { 'dynamic-import': false } };
  return (await transform(text, options)).code;
}

/**
 * Of all sources that decide what is got of the files of a container, and made of it, down to what unpacks an engine's archives:
 * what another program read is not taken from the cache.
 */
function digestOfReader() {
  const files = ['src/collect', 'src/model', 'src/parse', 'src/scan'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
    ),
  );
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const hash = createHash('sha256').update(`tar-stream ${packages['node_modules/tar-stream'].version}\0`);
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(file));
  return hash.digest('hex');
}
