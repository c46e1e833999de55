// Bundles src/cli/start.ts into dist/supercargo.js, with the Kubernetes client in a chunk of its own, and writes down
// everything that is in it, with its licences.
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { pageText } from './page-text.mjs';
import { bundledPackages, noticesOf, ownBillOf } from './supply.mjs';

const dist = 'dist';

// What client-node brings for ways that are not taken: exec and port-forward (ws), copying files (tar-fs), JSON paths, a
// second HTTP client. In the bundle each is empty.
const notTaken = /^(undici|ws|isomorphic-ws|jsonpath-plus|stream-buffers|tar-fs)$/;
const client = /node_modules\/@kubernetes\/client-node\//;

const trimClient = {
  name: 'trim-client-node',
  async resolveId(source, importer, options) {
    const isFromClient = importer !== undefined && client.test(importer);
    if (isFromClient && notTaken.test(source)) return `\0not-taken:${source}`;
    if (!isFromClient && source !== '@kubernetes/client-node') return undefined;
    const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
    // Of client-node only KubeConfig is used. That its thousand models have no side effects its package.json does not say.
    return resolved !== null && client.test(resolved.id) ? { ...resolved, moduleSideEffects: false } : resolved;
  },
  load: (id) =>
    id.startsWith('\0not-taken:')
      ? 'module.exports = new Proxy({}, { get: (_, name) => (name === "__esModule" ? false : class NotTaken {}) });'
      : undefined,
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
  load(id) {
    // cli-table3 has a string-width of its own, an older one.
    const found = id.includes('/cli-table3/') ? undefined : late.find(({ file }) => file.test(id));
    return (
      found && Object.entries(found.lines).reduce((text, [line, instead]) => replaceLine(id, text, line, instead), readFileSync(id, 'utf8'))
    );
  },
};

function replaceLine(path, text, line, instead) {
  if (!text.includes(line)) throw new Error(`${path} has no longer the line that is put off: ${line}`);
  return text.replace(line, () => instead);
}

/** Of every module that was looked at: its file, those of what it imports, and whether something of it is in the bundle. */
const modules = [];
const noteModules = {
  name: 'note-modules',
  generateBundle(_, chunks) {
    const rendered = Object.values(chunks).flatMap((chunk) => Object.entries(chunk.modules ?? {}));
    const bundled = new Set(rendered.flatMap(([id, { renderedLength }]) => (renderedLength > 0 ? [id] : [])));
    for (const id of this.getModuleIds()) {
      const { importedIds, dynamicallyImportedIds } = this.getModuleInfo(id);
      const imports = [...importedIds, ...dynamicallyImportedIds].map((imported) => relative('', imported));
      modules.push({ file: relative('', id), imports, isBundled: bundled.has(id) });
    }
  },
};

/** What cannot be found is to be there when the program runs, says Rolldown: but nothing is. `debug` alone tries whether supports-color is. */
function refuseMissing(level, log, tell) {
  if (log.code !== 'UNRESOLVED_IMPORT') tell(level, log);
  else if (!/'supports-color'/.test(log.message)) throw new Error(log.message);
}

const bundle = await rolldown({
  onLog: refuseMissing,
  input: { supercargo: 'src/cli/start.ts' },
  platform: 'node',
  plugins: [trimClient, makeLate, pageText, noteModules],
  transform: { target: 'node20', define: { READER_DIGEST: JSON.stringify(digestOfReader()) } },
});
const { output } = await bundle.generate({
  // As CommonJS it starts some 6 ms earlier: Node's loader of ES modules is not needed at all.
  format: 'cjs',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  // What is shorter is compiled sooner. Names stay: they stand in what a user reports of a defect.
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  comments: false,
  strict: true,
});
await bundle.close();
const texts = {
  'package.json': '{ "type": "commonjs" }\n',
  'THIRD-PARTY-NOTICES.txt': noticesOf(bundledPackages(modules)),
  'supercargo.cdx.json': await ownBillOf(modules),
};
rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, 'chunks'), { recursive: true });
for (const { fileName, code } of output) writeFileSync(join(dist, fileName), code);
for (const [name, text] of Object.entries(texts)) writeFileSync(join(dist, name), text);
chmodSync(join(dist, 'supercargo.js'), 0o755);

/**
 * Of all sources that decide what is got of the files of a container, and made of it, down to what unpacks an engine's archives:
 * what another program read is not taken from the cache.
 */
function digestOfReader() {
  const files = ['src/collect', 'src/io', 'src/model', 'src/parse', 'src/scan', 'src/text'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
    ),
  );
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const hash = createHash('sha256').update(`tar-stream ${packages['node_modules/tar-stream'].version}\0`);
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(file));
  return hash.digest('hex');
}
