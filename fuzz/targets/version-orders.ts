import { existsSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import type { PackageType } from '../../src/model/package.ts';
import { packageTypes } from '../../src/model/package-types.ts';
import { compareVersions } from '../../src/version/version-order.ts';
import { holds, sameTwice, type Target } from '../target.ts';

const piece = fc.constantFrom(
  ...['0', '00', '1', '01', '9', '10', '99999999999999999999', 'a', 'b', 'rc', 'Z', '~', '^', '.', '-', '_', '+', ':', ''],
  ...['_alpha', '_p', '_git', '-r', '~deadbeef', '1:', '0:', 'é', '\ud800'],
);
const version = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
const corpus = '../shared/corpus/versions';

/** Three versions, a line each. */
export const target: Target = {
  id: 'version-orders',
  seeds: () => [
    ...['1\n1.0\n1.00', '1:1-1\n0:1-1\n1~rc1', '1.2_p1-r0\n1.2-r1\n1.2_alpha', '1^a\n1~a\n1', '5.2.15-2+b7\n5.2.15-2\n5.2.15'].map((text) =>
      Buffer.from(text),
    ),
    ...(existsSync(corpus)
      ? ['alpine', 'debian', 'redhat'].flatMap((name) => linesOfThree(readFileSync(`${corpus}/${name}.txt`, 'utf8')))
      : []),
  ],
  shaped: fc.tuple(version, version, version).map((versions) => Buffer.from(versions.join('\n'))),
  words: ['~', '^', '.', '-', '_', ':', '+', '0', '00', '1', '_alpha', '_p', '-r0', '\n'],
  run: (input) => {
    const [a = '', b = '', c = ''] = input.toString().split('\n');
    for (const type of packageTypes) checkOrder(type, [a, b, c]);
  },
};

function checkOrder(type: PackageType, versions: readonly string[]): void {
  const order = (a: string, b: string) => sameTwice(() => compareVersions(type, a, b));
  for (const a of versions) {
    holds(order(a, a) === 0, `${type}: a version is not equal to itself`);
    for (const b of versions) {
      holds([-1, 0, 1].includes(order(a, b)), `${type}: neither older, nor equal, nor newer`);
      holds(order(a, b) === 0 - order(b, a), `${type}: each is newer than the other`);
      for (const c of versions) {
        if (order(a, b) <= 0 && order(b, c) <= 0) holds(order(a, c) <= 0, `${type}: the order is not transitive`);
      }
    }
  }
}

/** Lines `a < b` of the corpus: two versions, and the second once more. */
function linesOfThree(text: string): Buffer[] {
  const pairs = [...text.matchAll(/^(\S+) [<=>] (\S+)$/gm)];
  return pairs.map(([, a, b]) => Buffer.from(`${a}\n${b}\n${b}`));
}
