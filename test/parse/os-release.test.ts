import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { osReleasePaths, parseOsRelease } from '../../src/parse/os-release.ts';
import { anyBytes } from './parsing.ts';

const parse = (...lines: string[]) => parseOsRelease(Buffer.from(lines.map((line) => `${line}\n`).join('')));

const debian = ['PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"', 'NAME="Debian GNU/Linux"', 'VERSION_ID="12"', 'ID=debian'];

describe('os-release', () => {
  it('names the system and its version', () => {
    expect(parse(...debian)).toEqual({ id: 'debian', idLike: [], versionId: '12', name: 'Debian GNU/Linux 12 (bookworm)' });
  });

  it('lies in /etc, else in /usr/lib', () => {
    expect(osReleasePaths).toEqual(['/etc/os-release', '/usr/lib/os-release']);
  });

  it.each([
    ['no VERSION_ID, as rolling distributions', ['ID=arch', 'NAME=Arch'], { id: 'arch', idLike: [], versionId: null, name: 'Arch' }],
    ['no PRETTY_NAME', ['ID=a', 'NAME="A Linux"'], { id: 'a', idLike: [], versionId: null, name: 'A Linux' }],
    ['an empty PRETTY_NAME', ['ID=a', 'PRETTY_NAME=""', 'NAME=A'], { id: 'a', idLike: [], versionId: null, name: 'A' }],
    ['no ID', ['NAME=A', 'VERSION_ID=1'], { id: null, idLike: [], versionId: '1', name: 'A' }],
    ['an empty ID', ['ID=', 'NAME=A'], { id: null, idLike: [], versionId: null, name: 'A' }],
    ['only an ID', ['ID=a'], { id: 'a', idLike: [], versionId: null, name: null }],
    ['an ID twice: the last counts, as in a shell', ['ID=a', 'ID=b'], { id: 'b', idLike: [], versionId: null, name: null }],
    [
      'a comment behind a value',
      ['ID=a # b', 'VERSION_ID="12" # x "y"', "NAME='A' # 'B'"],
      { id: 'a', idLike: [], versionId: '12', name: 'A' },
    ],
    ['comments and empty lines', ['# ID=no', '', ' # ID=no', 'ID=a'], { id: 'a', idLike: [], versionId: null, name: null }],
    ['keys that only look alike', ['LIKE_ID=debian', 'MY_ID=x', 'id=y', 'ID=a'], { id: 'a', idLike: [], versionId: null, name: null }],
    ['lines that end as Windows has them', ['ID=a\r', 'VERSION_ID="1"\r'], { id: 'a', idLike: [], versionId: '1', name: null }],
  ])('may have %s', (_, lines, expected) => {
    expect(parse(...lines)).toEqual(expected);
  });

  it.each([
    ['ID_LIKE=debian', ['debian']],
    ['ID_LIKE="rhel centos  fedora"', ['rhel', 'centos', 'fedora']],
    ['ID_LIKE=', []],
  ])('names the family by %s', (line, idLike) => {
    expect(parse('ID=x', line)?.idLike).toEqual(idLike);
  });

  it.each([
    ['none', 'NAME=Debian', 'Debian'],
    ['double', 'NAME="A B"', 'A B'],
    ['single', "NAME='A B'", 'A B'],
    ['double ones inside single ones', `NAME='A "B"'`, 'A "B"'],
    ['single ones inside double ones', `NAME="A's"`, "A's"],
    ['double, with characters that a backslash guards', 'NAME="\\$A \\"B\\" \\\\ \\`"', '$A "B" \\ `'],
    ['double, with a backslash that guards nothing', 'NAME="A\\nB"', 'A\\nB'],
    ['single, where a backslash is one', "NAME='A\\$B'", 'A\\$B'],
    ['none, where a backslash guards anything', 'NAME=A\\ B', 'A B'],
    ['one that is never closed', 'NAME="A B', 'A B'],
    ['empty ones', 'NAME=""', null],
    ['blanks after them', 'NAME="A"  ', 'A'],
  ])('takes values as a shell does, with quotes: %s', (_, line, name) => {
    expect(parse('ID=x', line)?.name).toBe(name);
  });

  it.each([
    ['empty', ''],
    ['comments only', '# nothing\n'],
    ['garbage', '\u0000\u0001\u0002'],
    ['HTML', '<html>ID=a</html>'],
    ['a version of nothing', 'VERSION_ID=12\n'],
  ])('names no system where it is %s', (_, text) => {
    expect(parseOsRelease(Buffer.from(text))).toBeNull();
  });

  it('never throws, gives the same answer each time, and unknown is null and never empty', () => {
    fc.assert(
      fc.property(anyBytes([Buffer.from(debian.join('\n'))]), (content) => {
        const system = parseOsRelease(content);
        expect(parseOsRelease(content)).toEqual(system);
        for (const value of Object.values(system ?? {})) {
          expect(value === null || Array.isArray(value) || (value.length > 0 && value.length <= content.length)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each(['\\', '"', ' ', 'A', '='])('is read in linear time: 64 KiB of %j', (piece) => {
    expect(parseOsRelease(Buffer.from(`ID=a\nNAME="${piece.repeat(65_000)}`))?.id).toBe('a');
  });
});
