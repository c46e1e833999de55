import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { measureCache, openDiskCache } from '../../src/cache/disk-cache.ts';
import { scratchFile, scratchFolder } from '../scratch.ts';
import { holds, type Target } from '../target.ts';

const digest = '4a1a1ca92a6d6ad8ba57ae1ab7e5ee5d0a3ab1c5a7cdb6dc9d1f0a9f7a0b8a10';
const put = { packages: [{ name: 'bäsh', version: null }], diagnostics: [] };
const entry = (text: string) => Buffer.from(`{"reader":"r","key":"k","digest":"${digest}"}\n${text}`);

/** The file of an entry of the cache: it gives what was put, or nothing. */
export const target: Target = {
  id: 'disk-cache',
  seeds: () => [entry(JSON.stringify(put)), entry('null'), Buffer.from('\n')],
  shaped: fc.json().map(entry),
  words: ['"reader"', '"key"', '"digest"', '\n', '{}', 'null', digest],
  run: async (input) => {
    const folder = `${scratchFolder()}/cache`;
    rmSync(folder, { recursive: true, force: true });
    const cache = openDiskCache({ folder, reader: 'r', maxBytes: 1000 });
    await cache.put('k', put);
    const [name = ''] = readdirSync(folder);
    const real = readFileSync(`${folder}/${name}`);
    // Damaged behind a line that is right, and as a whole.
    for (const bytes of [input, Buffer.concat([real.subarray(0, real.indexOf('\n') + 1), input])]) {
      scratchFile(`cache/${name}`, bytes);
      const got = await cache.get('k');
      holds(got === null || isDeepStrictEqual(got, put), 'what it gives was never put');
      holds((await measureCache(folder)).entries === (got === null ? 0 : 1), 'an entry that is damaged stays');
    }
  },
};
