// What of others is in the bundle: which packages, their licences, and the bill of materials of the program, which the
// program's own writer of CycloneDX writes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const folderOf = (file) => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? null;

/** The folders of all packages of which something is in the bundle. */
export function bundledPackages(modules) {
  return [...new Set(modules.flatMap(({ file, isBundled }) => (isBundled ? (folderOf(file) ?? []) : [])))].sort();
}

export function noticesOf(folders) {
  return folders
    .map((folder) => {
      const { name, version, license } = readJson(join(folder, 'package.json'));
      const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
      if (file === undefined) throw new Error(`${folder} is bundled, and has no text of its licence.`);
      return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
    })
    .join(`\n${'-'.repeat(78)}\n\n`);
}

export async function ownBillOf(modules) {
  const bundle = await rolldown({ input: 'scripts/bill-of-materials.ts', platform: 'node' });
  const { output } = await bundle.generate();
  await bundle.close();
  const { ownBill } = await import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`);
  return ownBill(packagesOf(modules));
}

/** The program, and after it each bundled package with what it imports, as far as that is bundled. */
function packagesOf(modules) {
  const lock = readJson('package-lock.json').packages;
  const folders = ['', ...bundledPackages(modules)];
  const imports = importsBetween(modules);
  return folders.map((folder) => {
    const { name, version, license } = readJson(join(folder, 'package.json'));
    const [, digest] = /^sha512-(.+)$/.exec(lock[folder]?.integrity ?? '') ?? [];
    if (folder !== '' && digest === undefined) throw new Error(`package-lock.json has no SHA-512 of ${folder}.`);
    const sha512 = digest === undefined ? null : Buffer.from(digest, 'base64').toString('hex');
    const imported = [...(imports.get(folder) ?? [])].map((other) => folders.indexOf(other)).filter((position) => position > 0);
    return { name, version, license, sha512, imports: imported.sort((a, b) => a - b) };
  });
}

/** Which package takes something of which, by their folders; '' is the program. */
function importsBetween(modules) {
  const found = new Map();
  for (const { file, imports } of modules) {
    const folder = folderOf(file) ?? '';
    const others = imports.map((path) => folderOf(path) ?? '').filter((other) => other !== folder);
    found.set(folder, new Set([...(found.get(folder) ?? []), ...others]));
  }
  return found;
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
