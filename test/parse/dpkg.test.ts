import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { dpkg } from '../../src/parse/dpkg.ts';
import { fileFromBytes, type ParseResult, readWhole } from '../../src/parse/parser.ts';
import { anyBytes, fileOf, fixturesOf, messagesOf, parseWith } from './parsing.ts';

const statusPath = '/var/lib/dpkg/status';

/** Parses a status file of the lines. */
const parse = (...lines: string[]): ParseResult => parseWith(dpkg, [fileOf(statusPath, ...lines)]);

/** Name, version and architecture of each package, as `dpkg-query -W` would print them. */
const listed = ({ packages }: ParseResult) =>
  packages.map(({ name, version, architecture }) => [name, version, architecture].join(' ').trim());

const there = 'Status: install ok installed';
const bash = ['Package: bash', there, 'Architecture: amd64', 'Version: 5.2-1'];

describe('a stanza', () => {
  it('is a package with its version, architecture and source', () => {
    expect(parse(...bash)).toEqual({
      packages: [
        {
          name: 'bash',
          version: '5.2-1',
          architecture: 'amd64',
          sourcePackage: { name: 'bash', version: '5.2-1' },
          licenseDeclared: null,
        },
      ],
      diagnostics: [],
    });
  });

  it.each([
    ['not-installed', false],
    ['config-files', false],
    ['half-installed', true],
    ['unpacked', true],
    ['half-configured', true],
    ['triggers-awaited', true],
    ['triggers-pending', true],
    ['installed', true],
  ])('in the state %s has its files on disk: %s', (state, isThere) => {
    for (const want of ['unknown', 'install', 'hold', 'deinstall', 'purge']) {
      const { packages, diagnostics } = parse('Package: bash', `Status: ${want} ok ${state}`, 'Version: 1');
      expect(packages.length, want).toBe(isThere ? 1 : 0);
      expect(diagnostics).toEqual([]);
    }
  });

  it.each([
    ['the flag reinstreq', 'install reinstreq half-installed', true],
    ['more blanks than one', 'deinstall   ok\tconfig-files', false],
    ['capitals, which dpkg does not tell apart', 'Deinstall OK Config-Files', false],
    ['a state nobody knows', 'install ok levitating', true],
    ['no state', 'install ok', true],
  ])('may have a status with %s', (_, status, isThere) => {
    expect(parse('Package: bash', `Status: ${status}`, 'Version: 1').packages.length).toBe(isThere ? 1 : 0);
  });

  // As dpkg-query answers.
  it('without a Status is not installed, whatever was said of it before: which is told', () => {
    const { packages, diagnostics } = parse(...bash, '', 'Package: bash', 'Architecture: amd64', 'Version: 5.3-1', '', 'Package: a');
    expect(packages).toEqual([]);
    expect(diagnostics).toEqual(
      ['bash', 'a'].map((name) => ({
        ...{ severity: 'warning', code: 'parse/dpkg-stanza', path: statusPath },
        message: `The package ${name} has no Status, and so is not installed.`,
      })),
    );
  });

  it.each([
    ['nothing', null, 'libc6', '2.36-9'],
    ['a name', 'glibc', 'glibc', '2.36-9'],
    ['a name and a version', 'glibc (2.36-8)', 'glibc', '2.36-8'],
    ['a version with an epoch', 'glibc (1:2.36-8)', 'glibc', '1:2.36-8'],
    ['no blank before the bracket', 'glibc(2.36-8)', 'glibc', '2.36-8'],
    ['blanks inside the brackets', 'glibc ( 2.36-8 )', 'glibc', '2.36-8'],
    ['a bracket that is never closed', 'glibc (2.36-8', 'glibc', '2.36-8'],
    ['empty brackets', 'glibc ()', 'glibc', '2.36-9'],
    ['no name', '(2.36-8)', 'libc6', '2.36-8'],
    ['an empty value', '', 'libc6', '2.36-9'],
  ])('whose Source has %s', (_, source, name, version) => {
    const { packages } = parse('Package: libc6', there, 'Version: 2.36-9', ...(source === null ? [] : [`Source: ${source}`]));
    expect(packages[0]?.sourcePackage).toEqual({ name, version });
  });

  it('may lack the architecture', () => {
    expect(parse('Package: bash', there, 'Version: 1').packages[0]?.architecture).toBeNull();
    expect(parse('Package: bash', there, 'Version: 1', 'Architecture:').packages[0]?.architecture).toBeNull();
  });

  it('may have its fields in any case and any order', () => {
    expect(listed(parse('VERSION: 1', 'architecture: all', 'pAcKaGe: bash', 'StatUS: install ok installed'))).toEqual(['bash 1 all']);
  });

  it('may have no blank, or several, after the colon', () => {
    expect(listed(parse('Package:bash', 'Status:install ok installed', 'Version: \t 1:2-3 ', 'Architecture:\tall'))).toEqual([
      'bash 1:2-3 all',
    ]);
  });

  it('is continued by lines that begin with a blank, whatever they look like', () => {
    const lines = [...bash, 'Description: a shell', ' Package: evil', '\tVersion: 666', ' .', ' Status: deinstall ok config-files'];
    expect(listed(parse(...lines))).toEqual(['bash 5.2-1 amd64']);
  });

  it.each([
    ['Conffiles', 'Conffiles:', ' /etc/x 0123 obsolete'],
    ['a name that only begins like a wanted one', 'Package-Type: udeb', 'Version-Of: 9'],
  ])('may have in it: %s', (_, ...lines) => {
    expect(listed(parse(...bash, ...lines))).toEqual(['bash 5.2-1 amd64']);
  });
});

describe('a status file', () => {
  it.each([
    ['one empty line', ['']],
    ['several', ['', '', '']],
    ['a line of blanks', [' \t ']],
  ])('has its stanzas apart by %s', (_, between) => {
    expect(listed(parse('', ...bash, ...between, 'Package: dash', there, 'Version: 2', ...between))).toEqual([
      'bash 5.2-1 amd64',
      'dash 2',
    ]);
  });

  it('may end its lines as Windows does', () => {
    const text = [...bash, '', 'Package: dash', there, 'Version: 2', ''].join('\r\n');
    const { packages, diagnostics } = parseWith(dpkg, [fileFromBytes(statusPath, Buffer.from(text))]);
    expect(listed({ packages, diagnostics })).toEqual(['bash 5.2-1 amd64', 'dash 2']);
    expect(diagnostics).toEqual([]);
  });

  it('may have a package in two architectures: these are two packages', () => {
    const other = bash.map((line) => line.replace('amd64', 'i386'));
    expect(listed(parse(...bash, '', ...other))).toEqual(['bash 5.2-1 amd64', 'bash 5.2-1 i386']);
  });

  it('may have a package twice: the last stanza counts', () => {
    const newer = bash.map((line) => line.replace('5.2-1', '5.3-1'));
    expect(listed(parse(...bash, '', ...newer))).toEqual(['bash 5.3-1 amd64']);
    expect(listed(parse(...newer, '', ...bash))).toEqual(['bash 5.2-1 amd64']);
  });

  // As dpkg-query answers.
  it.each(['not-installed', 'config-files'])('may have a package first installed and then %s: it is gone', (state) => {
    const gone = ['Package: bash', `Status: deinstall ok ${state}`, 'Architecture: amd64'];
    expect(listed(parse(...bash, '', ...gone))).toEqual([]);
    expect(listed(parse(...gone, '', ...bash))).toEqual(['bash 5.2-1 amd64']);
  });

  it('keeps a name in UTF-8, and shows bytes that are none as such', () => {
    const bytes = Buffer.concat([Buffer.from('Package: é'), Buffer.from([0xff]), Buffer.from(`\n${there}\nVersion: 1\n`)]);
    expect(parseWith(dpkg, [fileFromBytes(statusPath, bytes)]).packages[0]?.name).toBe('é\ufffd');
  });
});

describe('what cannot be read', () => {
  it.each([
    ['a stanza without a package', ['Version: 1', there], 'A stanza names no package.'],
    ['one whose package is empty', ['Package:', 'Version: 1'], 'A stanza names no package.'],
    ['what is no stanza at all', ['\u0001garbage'], 'A stanza is damaged, and left out: a line of it is no field.'],
  ])('is told, and the others are given: %s', (_, lines, message) => {
    const { packages, diagnostics } = parse(...lines, '', 'Package: dash', there, 'Version: 2');
    expect(listed({ packages, diagnostics })).toEqual(['dash 2']);
    expect(diagnostics).toEqual([{ severity: 'error', code: 'parse/dpkg-stanza', message, path: statusPath }]);
  });

  it.each([
    ['no', []],
    ['an empty', ['Version:']],
  ])('is not a package with %s version: it is given, and told as odd', (_, lines) => {
    const { packages, diagnostics } = parse('Package: bash', ...lines, 'Status: install ok half-installed');
    expect(packages).toEqual([
      { name: 'bash', version: null, architecture: null, sourcePackage: { name: 'bash', version: null }, licenseDeclared: null },
    ]);
    const message = 'The package bash has no version.';
    expect(diagnostics).toEqual([{ severity: 'warning', code: 'parse/dpkg-stanza', message, path: statusPath }]);
  });

  it('is nothing where a package that is not on disk has no version', () => {
    expect(parse('Package: bash', 'Status: purge ok not-installed')).toEqual({ packages: [], diagnostics: [] });
  });

  it('is told ten times, and then counted', () => {
    const lines = Array.from({ length: 13 }, (_, number) => [`Version: ${number}`, '']).flat();
    const messages = messagesOf(parse(...lines));
    expect(messages.length).toBe(11);
    expect(messages.at(-2)).toBe('A stanza names no package.');
    expect(messages.at(-1)).toBe('3 more records could not be read.');
  });

  it.each([
    ['an empty file', []],
    ['a file of empty lines', ['', '', '']],
  ])('is nothing in %s', (_, lines) => {
    expect(parse(...lines)).toEqual({ packages: [], diagnostics: [] });
  });
});

// dpkg-query refuses the whole file for each of them, but for a NUL in a value.
describe('damage', () => {
  const text = [...bash, 'Description: a shell', ' of some kind', '', 'Package: dash', there, 'Version: 0.5.12-2', ''].join('\n');
  const lost = (message: string) => ({ severity: 'error', code: 'parse/dpkg-stanza', message, path: statusPath });
  const parseText = (damaged: string) => parseWith(dpkg, [fileFromBytes(statusPath, Buffer.from(damaged))]);

  it('of a file that is cut anywhere gives no package that is not there, and is told unless it is between two lines', () => {
    const whole = parseText(text).packages.map((record) => JSON.stringify(record));
    for (let end = 1; end < text.length; end++) {
      const { packages, diagnostics } = parseText(text.slice(0, end));
      const isTold = diagnostics.some(({ severity }) => severity === 'error');
      expect(isTold, text.slice(0, end)).toBe(text[end - 1] !== '\n');
      if (isTold) expect(whole).toEqual(expect.arrayContaining(packages.map((record) => JSON.stringify(record))));
    }
  });

  it('of a version that is cut leaves the package out, by its name', () => {
    expect(parseText(text.slice(0, text.lastIndexOf('.12-2'))).diagnostics).toEqual([
      lost('The stanza of dash is damaged, and left out: the file is cut off within it.'),
    ]);
  });

  it('by NULs in the place of text, wherever they begin, mixes no two packages', () => {
    for (let start = 0; start < text.length - 80; start++) {
      const { packages, diagnostics } = parseText(text.slice(0, start) + '\0'.repeat(80) + text.slice(start + 80));
      expect(diagnostics.map(({ severity }) => severity)).toContain('error');
      const sound = packages.map(({ name, version }) => `${name} ${version}`);
      expect(['bash 5.2-1', 'dash 0.5.12-2']).toEqual(expect.arrayContaining(sound));
    }
  });

  it.each([
    ['a field that is there twice', 'VERSION: 6', 'it has two values of the field version'],
    ['a line without a colon', 'no field', 'a line of it is no field'],
    ['a line without a name', ': nor this', 'a line of it is no field'],
    ['a NUL in a value', 'Homepage: \0', 'NULs stand in it, maybe in the place of others too'],
    ['a NUL in what goes on', ' \0', 'NULs stand in it, maybe in the place of others too'],
  ])('by %s leaves the package out, and no other', (_, line, reason) => {
    const result = parse(...bash, line, '', 'Package: dash', there, 'Version: 2');
    expect(listed(result)).toEqual(['dash 2']);
    expect(result.diagnostics).toEqual([lost(`The stanza of bash is damaged, and left out: ${reason}.`)]);
  });
});

describe('status.d', () => {
  const folder = '/var/lib/dpkg/status.d';
  const location = dpkg.locations.find((place) => 'directory' in place);

  it.each([
    ['libc6', true],
    ['base', true],
    ['libstdc++6', true],
    ['libssl1.1', true],
    ['zlib1g.md5sums', false],
    ['libc6.preinst', false],
    ['libc6.postinst', false],
    ['libc6.prerm', false],
    ['libc6.postrm', false],
    ['libc6.conffiles', false],
    ['libc6.list', false],
    ['libc6.shlibs', false],
    ['libc6.symbols', false],
    ['libc6.triggers', false],
    ['debconf.templates', false],
    ['debconf.config', false],
    ['.keep', false],
  ])('%s holds a stanza: %s', (name, isStanza) => {
    expect(location && 'directory' in location && location.accepts(name)).toBe(isStanza);
  });

  it('has a file a package, and no Status: what is there is installed', () => {
    const files = [
      fileOf(`${folder}/libc6`, 'Package: libc6', 'Version: 2.36', 'Architecture: arm64'),
      fileOf(`${folder}/broken`, 'Version: 1'),
      fileOf(`${folder}/tzdata`, 'Package: tzdata', 'Version: 2024a', 'Architecture: all'),
    ];
    const result = parseWith(dpkg, files);
    expect(listed(result)).toEqual(['libc6 2.36 arm64', 'tzdata 2024a all']);
    expect(result.diagnostics.map(({ path }) => path)).toEqual([`${folder}/broken`]);
  });

  it('has something in each file: what is empty, or a link, is told', () => {
    expect(parseWith(dpkg, [fileFromBytes(`${folder}/linked`, Buffer.alloc(0))]).diagnostics).toEqual([
      {
        ...{ severity: 'error', code: 'parse/dpkg-stanza', path: `${folder}/linked` },
        message: 'It holds no stanza: it is empty, or a link, which is not followed.',
      },
    ]);
  });

  // Not dpkg wrote it, and not every tool ends the last line.
  it.each([
    ['goes on with what was begun', 'Description: a\n li', true],
    ['has nothing that is wanted', 'Homepage: http', true],
    ['has something that is wanted', 'Architecture: am', false],
    ['is no field', 'Archi', false],
    ['has a NUL', 'Homepage: \0', false],
  ])('may end without the end of a line where that %s: %s %s', (_, line, isSound) => {
    const { packages, diagnostics } = parseWith(dpkg, [fileFromBytes(`${folder}/a`, Buffer.from(`Package: a\nVersion: 1\n${line}`))]);
    expect([packages.length, diagnostics.length]).toEqual(isSound ? [1, 0] : [0, 1]);
  });
});

// What dpkg-query lists of the same files, dpkg 1.21.22.
describe('the journal', () => {
  const bashOf = (version: string, architecture: string, ...fields: string[]) => [
    ...['Package: bash', 'Status: install ok unpacked', `Version: ${version}`, `Architecture: ${architecture}`],
    ...fields,
  ];
  const goneOf = (...fields: string[]) => ['Package: bash', 'Status: unknown ok not-installed', ...fields];
  const dash = ['Package: dash', 'Status: install ok unpacked', 'Version: 2'];
  const same = 'Multi-Arch: same';

  const journalled = (lines: readonly string[], ...entries: readonly (readonly string[])[]) => {
    const files = entries.map((entry, number) => fileOf(`/var/lib/dpkg/updates/000${number}`, ...entry));
    const { packages, diagnostics } = parseWith(dpkg, [fileOf(statusPath, ...lines), ...files]);
    expect(diagnostics).toEqual([]);
    return listed({ packages, diagnostics });
  };

  it.each([
    ['0000', true],
    ['0249', true],
    ['tmp.i', false],
    ['0000x', false],
    ['', false],
    ['0/1', false],
  ])('is kept in files named by digits: %s %s', (name, isEntry) => {
    const status = dpkg.locations.find((place) => 'path' in place);
    expect(status?.journal?.accepts(name)).toBe(isEntry);
  });

  it.each<[string, readonly (readonly string[])[], readonly string[]]>([
    ['another version', [bashOf('5.3-1', 'amd64')], ['bash 5.3-1 amd64']],
    ['first one version and then another', [bashOf('5.3-1', 'amd64'), bashOf('5.4-1', 'amd64')], ['bash 5.4-1 amd64']],
    ['two packages at once', [[...bashOf('5.3-1', 'amd64'), '', ...dash]], ['bash 5.3-1 amd64', 'dash 2']],
    ['another architecture, of a package that can have but one', [bashOf('5.3-1', 'all')], ['bash 5.3-1 all']],
    ['another architecture, of one that may have several', [bashOf('5.2-1', 'i386', same)], ['bash 5.2-1 amd64', 'bash 5.2-1 i386']],
    ['that it is gone', [goneOf('Architecture: amd64')], []],
    ['that it is gone, whatever its architecture is', [goneOf()], []],
    ['that it is gone in another architecture', [goneOf('Architecture: i386', same)], ['bash 5.2-1 amd64']],
    ['nothing as yet', [[]], ['bash 5.2-1 amd64']],
  ])('says what status does not say yet: %s', (_, entries, expected) => {
    expect(journalled(bash, ...entries)).toEqual(expected);
  });
});

test('a damaged entry of the journal: the version that status has is not said to be there', () => {
  const damaged = fileFromBytes('/var/lib/dpkg/updates/0000', Buffer.from('Package: bash\nStatus: install ok unpacked\nVersion: 5.'));
  const { packages, diagnostics } = parseWith(dpkg, [fileOf(statusPath, ...bash), damaged]);
  expect([packages, diagnostics.map(({ severity, path }) => [severity, path])]).toEqual([[], [['error', damaged.path]]]);
});

const fixtures = fixturesOf('dpkg').map(({ files, ...fixture }) => ({
  ...fixture,
  files: files.map((file) => ({ ...file, path: `/var/lib/dpkg${file.path}` })),
}));

describe('fixtures/dpkg', () => {
  it.each(fixtures)('$name', ({ files, expected }) => {
    expect(parseWith(dpkg, files)).toEqual(expected);
  });
});

describe('any bytes', () => {
  const bytes = anyBytes(fixtures.flatMap(({ files }) => files.map(readWhole)));

  const paths = fc.constantFrom(statusPath, '/var/lib/dpkg/updates/0000');

  it('are taken without a throw, with the same answer each time, and no larger than they are', () => {
    fc.assert(
      fc.property(bytes, paths, (content, path) => {
        const file = fileFromBytes(path, content);
        const before = Buffer.from(content);
        const result = parseWith(dpkg, [file]);
        expect(parseWith(dpkg, [file])).toEqual(result);
        expect(Buffer.compare(before, content)).toBe(0);
        const lines = Buffer.from(content).toString('latin1').split('\n').length;
        expect(result.packages.length).toBeLessThanOrEqual(lines);
        expect(result.diagnostics.length).toBeLessThanOrEqual(Math.min(12, lines));
        for (const { name, version, architecture } of result.packages) {
          expect(name.trim() !== '' && version?.trim() !== '' && architecture !== '').toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  // What takes more than linear time does not come back from here.
  it.each(['a', ' ', '\n', ':', 'Package: a\n', 'Source: (', '\r'])('are read in linear time: megabytes of %j', (piece) => {
    const content = Buffer.from(`Package: x\n${there}\nVersion: 1\n\nSource: ${piece.repeat(3_000_000 / piece.length)}\n`);
    expect(parseWith(dpkg, [fileFromBytes(statusPath, content)]).packages.length).toBeGreaterThan(0);
  });
});
