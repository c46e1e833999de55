import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { parseOsRelease } from '../../src/parse/os-release.ts';
import { linesOf } from '../database.ts';
import { holds, sameTwice, type Target } from '../target.ts';

const images = 'fixtures/demo/images';
const key = fc.constantFrom('ID', 'ID_LIKE', 'VERSION_ID', 'PRETTY_NAME', 'NAME', ' ID', 'export ID', '1ID');
const value = fc.constantFrom('debian', '"12"', "'a b'", '"a\\"b\\$c"', '"', "'", '\\', 'a\\ b', '""', '');

export const target: Target = {
  id: 'os-release',
  seeds: () => ['debian-12', 'alpine-3.20', 'distroless'].map((image) => readFileSync(osReleaseOf(image))),
  shaped: linesOf(fc.tuple(key, value).map(([name, text]) => `${name}=${text}`)),
  words: ['ID=', 'ID_LIKE=', 'VERSION_ID=', 'PRETTY_NAME=', 'NAME=', '"', "'", '\\', '\n', '=', '#'],
  run: (input) => {
    const system = sameTwice(() => parseOsRelease(input));
    if (system === null) return;
    holds(system.id !== null || system.name !== null, 'a system that nothing names');
    holds(![system.id, system.versionId, system.name, ...system.idLike].includes(''), 'what is unknown is null, not empty');
    holds(JSON.stringify(system).length <= 20 * input.length + 200, 'more is given than there is');
  },
};

const osReleaseOf = (image: string) => `${images}/${image}/${image.startsWith('alpine') ? 'etc' : 'usr/lib'}/os-release`;
