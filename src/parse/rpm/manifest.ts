import type { PackageRecord } from '../../model/package.ts';
import { lossesOf } from '../losses.ts';
import { type DatabaseFile, maxPackages, type ParseResult, type Parser, readWhole, tooManyPackages } from '../parser.ts';
import { decodeText, linesOf, nul, ownText } from '../text.ts';
import type { Header } from './header.ts';
import { isKey, toRecord } from './record.ts';

/** A line has some 150 bytes: room for a hundred times those of the largest images. */
const maxDatabaseBytes = 16 * 1024 * 1024;

/**
 * The package list of distroless Azure Linux and CBL-Mariner images, which have no rpm database. Those who build an image write it with
 * `rpm -qa --qf "%{NAME}\t%{VERSION}-%{RELEASE}\t%{INSTALLTIME}\t%{BUILDTIME}\t%{VENDOR}\t%{EPOCH}\t%{SIZE}\t%{ARCH}\t%{EPOCHNUM}\t%{SOURCERPM}\n"`:
 * https://github.com/microsoft/marinara. The file container-manifest-1 beside it has the same packages without their sources.
 */
export const rpmManifest: Parser = {
  type: 'rpm',
  locations: [{ path: '/var/lib/rpmmanifest/container-manifest-2' }],
  takesFirst: true,
  maxBytes: maxDatabaseBytes,
  parse: parseManifests,
};

const columns = { name: 0, version: 1, epoch: 5, architecture: 7, epochNumber: 8, sourceRpm: 9 } as const;
const columnCount = 10;

function parseManifests(files: readonly DatabaseFile[]): ParseResult {
  const results = files.map(parseManifest);
  return { packages: results.flatMap((result) => result.packages), diagnostics: results.flatMap((result) => result.diagnostics) };
}

function parseManifest(file: DatabaseFile): ParseResult {
  const packages: PackageRecord[] = [];
  const losses = lossesOf('parse/rpm-manifest-line');
  for (const line of linesOf(decodeText(readWhole(file)))) {
    if (line === '') continue;
    // A crash leaves NULs in place of the rest of a file: what is between them is not a package.
    const header = line.includes(nul) ? null : headerOf(line);
    if (header === null) {
      losses.add(file.path, 'A line is none of a package.');
      continue;
    }
    if (isKey(header)) continue;
    if (packages.length >= maxPackages) {
      losses.add(file.path, tooManyPackages);
      break;
    }
    packages.push(toRecord(header));
  }
  return { packages, diagnostics: losses.diagnostics() };
}

/** What the header of the package said when the list was written. */
function headerOf(line: string): Header | null {
  const texts = line.split('\t', columnCount + 1);
  const textOf = (column: keyof typeof columns): string | null => {
    const text = texts[columns[column]] ?? '';
    // rpm writes `(none)` where a header has nothing.
    return text === '' || text === '(none)' ? null : ownText(text);
  };
  const [name, fullVersion] = [textOf('name'), textOf('version')];
  const [, version, release = null] = /^([^-]+)(?:-([^-]+))?$/.exec(fullVersion ?? '') ?? [];
  if (texts.length !== columnCount || name === null || version === undefined) return null;
  return {
    name,
    version,
    release,
    epoch: epochOf(textOf),
    architecture: textOf('architecture'),
    license: null,
    sourceRpm: textOf('sourceRpm'),
  };
}

// Older lists have `(none)` for every epoch, and its number, which is 0 even if there is none.
function epochOf(textOf: (column: keyof typeof columns) => string | null): number | null {
  const [epoch, number] = [textOf('epoch'), textOf('epochNumber')].map((text) => (/^\d{1,10}$/.test(text ?? '') ? Number(text) : null));
  return epoch ?? (number || null);
}
