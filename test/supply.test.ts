import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { describe, expect, onTestFinished, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { ownBill } from '../scripts/bill-of-materials.ts';
import { run } from './e2e/commands.ts';
import { sendJson, serve } from './fakes/engine.ts';

interface Component {
  readonly 'bom-ref': string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly { readonly license: { readonly id: string } }[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

const text = readFileSync('dist/supercargo.cdx.json', 'utf8');
const bill = JSON.parse(text);
const components: readonly Component[] = bill.components;
const nameOf = ({ group, name }: Component) => (group === undefined ? name : `${group}/${name}`);
const titleOf = (component: Component) => `${nameOf(component)} ${component.version} (${component.licenses[0]?.license.id})`;

interface Locked {
  readonly integrity?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const lock: Readonly<Record<string, Locked>> = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;

/** Licences under which anybody may pass the bundle on, with the notice that lies beside it. */
const allowed = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0'];

describe('the bill of materials of the program', () => {
  test('is what the official schema wants', async () => {
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
  });

  test('is of this version, and bears no time', () => {
    const { component, timestamp } = bill.metadata;
    expect([component.purl, timestamp]).toEqual([`pkg:npm/${packageJson.name}@${packageJson.version}`, undefined]);
  });

  test('names the packages of the bundle with what the lock file has of them', () => {
    const locked = Object.entries(lock).map(([path, { integrity = '' }]) => [path.replace(/^.*node_modules\//, ''), integrity]);
    for (const component of components) {
      const integrity = `sha512-${Buffer.from(component.hashes?.[0]?.content ?? '', 'hex').toString('base64')}`;
      expect(locked).toContainEqual([nameOf(component), integrity]);
      expect(component.purl).toBe(`pkg:npm/${nameOf(component).replace('@', '%40')}@${component.version}`);
    }
    expect(new Set(components.map((component) => component['bom-ref'])).size).toBe(components.length);
  });

  test('leads from the program to every package', () => {
    const dependencies = new Map<string, string[]>(
      bill.dependencies.map(({ ref, dependsOn }: { ref: string; dependsOn: string[] }) => [ref, dependsOn]),
    );
    const reached = new Set<string>();
    const reach = (ref: string) => {
      if (reached.has(ref)) return;
      reached.add(ref);
      dependencies.get(ref)?.forEach(reach);
    };
    reach(bill.metadata.component['bom-ref']);
    expect([...reached].slice(1).sort()).toEqual(components.map((component) => component['bom-ref']).sort());
  });

  test('is the same for the same packages', () => {
    const packages = [
      { name: 'program', version: '1.0.0', license: 'MIT', sha512: null, imports: [1] },
      { name: '@scope/other', version: '2.0.0+a', license: 'ISC', sha512: 'ab', imports: [] },
    ];
    expect(ownBill(packages)).toBe(ownBill(structuredClone(packages)));
    expect(ownBill(packages)).toContain('"purl":"pkg:npm/%40scope/other@2.0.0%2Ba"');
    expect(JSON.parse(ownBill(packages)).serialNumber).not.toBe(bill.serialNumber);
  });
});

describe('the notices', () => {
  const notices = readFileSync('dist/THIRD-PARTY-NOTICES.txt', 'utf8').split(`\n${'-'.repeat(78)}\n\n`);

  test('are of the packages of the bill, each once', () => {
    expect(notices.map((notice) => notice.split('\n')[0]).sort()).toEqual(components.map(titleOf).sort());
  });

  test('have the text of a licence for each, and one that lets the bundle be passed on', () => {
    for (const notice of notices) expect(notice).toMatch(/permission|licensed under|redistribution|terms and conditions/i);
    expect(components.filter(({ licenses }) => !allowed.includes(licenses[0]?.license.id ?? '')).map(nameOf)).toEqual([]);
  });
});

describe('docs/dependencies.md', () => {
  const [bundled = '', others = ''] = readFileSync('docs/dependencies.md', 'utf8').split('## To build and to test');
  const rowsOf = (part: string) =>
    [...part.matchAll(/^\| (`.+?) \| .+ \| (.+?) \| ([\d, ]+?) \|$/gm)].flatMap(([, names = '', licences = '', counts = '']) => {
      const [licence, count] = [licences.split(', '), counts.split(', ')];
      return names.split(', ').map((name, index) => ({
        name: name.replaceAll('`', ''),
        licence: licence[index] ?? licence[0],
        brings: Number(count[index] ?? count[0]),
      }));
    });

  test('argues for each direct dependency, and for no other', () => {
    const direct = Object.keys({ ...packageJson.devDependencies, ...(packageJson as { dependencies?: object }).dependencies });
    expect([...rowsOf(bundled), ...rowsOf(others)].map(({ name }) => name).sort()).toEqual(direct.sort());
  });

  test('says which of them are in the bundle', () => {
    const direct = new Set(Object.keys(packageJson.devDependencies));
    const root: string[] = bill.dependencies[0].dependsOn.map((ref: string) => ref.replace(/(?<=.)@.*$/, ''));
    expect(rowsOf(bundled).map(({ name }) => name)).toEqual(root);
    expect(root.every((name) => direct.has(name))).toBe(true);
  });

  test('says what licence each has, and how many others it brings', () => {
    for (const { name, licence, brings } of [...rowsOf(bundled), ...rowsOf(others)])
      expect([name, licence, brings]).toEqual([name, lock[`node_modules/${name}`]?.license, below(`node_modules/${name}`).size]);
  });

  /** The places in node_modules of all that a package needs, as Node finds them. */
  function below(place: string, seen = new Set<string>()): Set<string> {
    const { dependencies, optionalDependencies } = lock[place] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const found = resolve(place, name);
      if (found === null || seen.has(found)) continue;
      below(found, seen.add(found));
    }
    return seen;
  }

  function resolve(place: string, name: string): string | null {
    for (let folder = place; ; folder = folder.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
      const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
      if (candidate in lock) return candidate;
      if (folder === '') return null;
    }
  }
});

describe('npm run audit', { timeout: 120_000 }, () => {
  async function audit(answer: unknown, status = 200) {
    const registry = await serve((request, response) => {
      if (request.url?.startsWith('/-/npm/v1/security')) sendJson(response, answer, status);
      else sendJson(response, {}, 404);
    });
    const cache = await mkdtemp(join(tmpdir(), 'supercargo-npm-'));
    onTestFinished(async () => {
      registry.close();
      await rm(cache, { recursive: true });
    });
    const env = { npm_config_registry: `http://${registry.address}/`, npm_config_cache: cache, npm_config_fetch_retries: '0' };
    return run(process.execPath, ['scripts/audit.mjs'], { env });
  }

  test('is content where nothing is known', async () => {
    const { code, stdout } = await audit({});
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^npm audit: 0 of \d{3} packages have known weaknesses\.\n$/)]);
  });

  test('fails on a weakness of any severity, in what the tests need too', async () => {
    const advisory = { id: 1, url: 'https://example.com', title: 'bad', severity: 'low', vulnerable_versions: '*' };
    const { code, stdout } = await audit({ 'fast-check': [advisory] });
    expect([code, stdout]).toEqual([1, expect.stringContaining('fast-check: low')]);
  });

  test('says that nothing was checked where the registry does not answer such questions', async () => {
    expect(await audit({}, 405)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^NOT AUDITED/) });
  });

  test('fails where the registry fails', async () => {
    expect((await audit({}, 401)).code).toBe(1);
  });
});
