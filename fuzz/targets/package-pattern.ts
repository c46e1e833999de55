import * as fc from 'fast-check';
import { parsePackagePattern } from '../../src/cli/flags/package-flag.ts';
import { UsageError } from '../../src/model/errors.ts';
import { packageTypes } from '../../src/model/package-types.ts';
import { fitsPackage } from '../../src/report/question/package-pattern.ts';
import { holds, orRefused, sameTwice, type Target } from '../target.ts';

const piece = fc.constantFrom('openssl', 'lib*', '<', '<=', '=', '>=', '>', ',', '3', '3.0.14', '1:2-3', ' ', '!', '?', '*', '');

/** What stands after --package. */
export const target: Target = {
  id: 'package-pattern',
  seeds: () => ['openssl', 'lib*', 'openssl>=3,<3.0.14', 'a = 1:2-3'].map((text) => Buffer.from(text)),
  shaped: fc.array(piece, { maxLength: 8 }).map((pieces) => Buffer.from(pieces.join(''))),
  words: ['<', '<=', '=', '>=', '>', ',', '*', '?', ' ', '!', '3.0'],
  run: async (input) => {
    const text = input.toString();
    const pattern = await orRefused([UsageError], () => sameTwice(() => parsePackagePattern(text)));
    if (pattern === null) return;
    const { name, conditions } = pattern;
    holds(name !== '' && !/[<>=,]/.test(name), 'a name with signs of comparison in it');
    holds(
      text.replaceAll(/\s/g, '') ===
        `${name}${conditions.map(({ operator, version }) => operator + version).join(',')}`.replaceAll(/\s/g, ''),
      'a part of the text is lost',
    );
    for (const type of packageTypes) {
      const entry = (version: string | null) => ({
        ...{ type, name, version, architecture: null },
        ...{ sourcePackage: null, licenseDeclared: null, purl: null },
      });
      holds(fitsPackage(pattern, entry(null)), 'a version that nobody knows may be any');
      const [only] = conditions;
      if (conditions.length === 1 && only !== undefined)
        holds(fitsPackage(pattern, entry(only.version)) === only.operator.includes('='), 'the version itself');
    }
  },
};
