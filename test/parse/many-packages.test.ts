import { expect, test } from 'vitest';
import { fileFromBytes, maxPackages } from '../../src/parse/parser.ts';
import { parsers } from '../../src/parse/parsers.ts';

const lines = {
  deb: (number: number) => `Package: p${number}\nStatus: install ok installed\nVersion: 1\n\n`,
  opkg: (number: number) => `Package: p${number}\nStatus: install ok installed\nVersion: 1\n\n`,
  apk: (number: number) => `P:p${number}\nV:1\n\n`,
};

test.each(['deb', 'opkg', 'apk'] as const)(
  'a database of %s with more packages than any system has is read to a limit, which is said',
  (type) => {
    const database = (count: number) => {
      const text = Array.from({ length: count }, (_, number) => lines[type](number)).join('');
      return parsers[type].parse([fileFromBytes('/database', Buffer.from(text))]);
    };
    expect(database(maxPackages)).toMatchObject({ packages: { length: maxPackages }, diagnostics: [] });
    const { packages, diagnostics } = database(maxPackages + 2);
    expect(packages).toHaveLength(maxPackages);
    expect(packages.at(-1)?.name).toBe(`p${maxPackages - 1}`);
    expect(diagnostics).toEqual([
      expect.objectContaining({ severity: 'error', message: expect.stringContaining('more than 100000 packages') }),
    ]);
  },
);
