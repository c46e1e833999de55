import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseOsRelease } from '../../src/parse/os-release.ts';

const parse = (text: string) => parseOsRelease(Buffer.from(text));

test.each([
  ['ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n', 'debian', '12', 'Debian GNU/Linux 12 (bookworm)'],
  ["ID='rocky'\nVERSION_ID='9.3'\nNAME='Rocky Linux'\n", 'rocky', '9.3', 'Rocky Linux'],
  ['# comment\n\n  ID=alpine\r\nVERSION_ID=3.20.3\r\n', 'alpine', '3.20.3', null],
  ['ID=arch\n', 'arch', null, null],
  ['NAME="a \\"quoted\\" \\$name"\n', null, null, 'a "quoted" $name'],
  ['ID=first\nID=last\n', 'last', null, null],
])('%j', (text, id, versionId, name) => {
  expect(parse(text)).toEqual({ id, idLike: [], versionId, name });
});

test('ID_LIKE names the family', () => {
  expect(parse('ID=rocky\nID_LIKE="rhel centos fedora"\n')?.idLike).toEqual(['rhel', 'centos', 'fedora']);
});

test.each(['', 'no assignment', 'FOO=bar\n', '\0\0\0', 'ID=\n'])('%j names no system', (text) => {
  expect(parse(text)).toBeNull();
});

test('no bytes make it throw', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => parseOsRelease(bytes) === null || true));
});
