import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import inventorySchema from '../../../schemas/inventory.schema.json' with { type: 'json' };
import { isGzip, maxCharacters, readTextInput, reasonOf } from '../../io/text-input.ts';
import { UsageError } from '../../model/errors.ts';
import type { Inventory } from '../../model/inventory.ts';
import { inventorySchemaVersion } from '../../model/schema-versions.ts';
import { compileSchema, type Schema } from './json-schema.ts';

/** Takes a report of Lumogon, which still has to be joined with teams. */
type JoinLumogon = (document: unknown, name: string) => Promise<Inventory>;

/** Reads inventories and reports of Lumogon, and merges several into one. */
export async function readInventories(files: readonly string[], joinLumogon: JoinLumogon, signal: AbortSignal): Promise<Inventory> {
  if (files.filter((file) => file === '-').length > 1) throw new UsageError('--from -: standard input can be read once.');
  const inventories: Inventory[] = [];
  for (const file of files) {
    const { document, name } = await readDocument(file, signal);
    inventories.push(isLumogonReport(document) ? await joinLumogon(document, name) : checkInventory(document, name));
  }
  return inventories.length === 1 ? (inventories[0] as Inventory) : (await import('../../join/merge.ts')).mergeInventories(inventories);
}

/** Reads an inventory that collect wrote: from a file, or with `-` from standard input. */
export async function readInventory(file: string, signal: AbortSignal): Promise<Inventory> {
  const { document, name } = await readDocument(file, signal);
  return checkInventory(document, name);
}

async function readDocument(file: string, signal: AbortSignal) {
  const name = file === '-' ? 'Standard input' : file;
  return { document: parseJson(await readText(file, signal), name), name };
}

/** A report of the predecessor: see src/collect/lumogon.ts, loaded only for one. */
function isLumogonReport(document: unknown): boolean {
  const { $schema } = (document ?? {}) as { readonly $schema?: unknown };
  return typeof $schema === 'string' && /^https?:\/\/puppet\.com\/lumogon\//.test($schema);
}

function checkInventory(value: unknown, name: string): Inventory {
  checkVersion(value, name);
  const fault = compileSchema(inventorySchema as Schema)(value);
  if (fault !== null) throw notAnInventory(name, `${fault.path.join('.') || 'the whole'} should be ${fault.expected}`);
  const inventory = value as Inventory;
  checkPositions(inventory, name);
  return inventory;
}

async function readText(file: string, signal: AbortSignal): Promise<string> {
  try {
    const plain = file === '-' ? null : readPlainFile(file);
    return plain ?? (await readTextInput(file, { stdin: () => process.stdin, signal }));
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === null) throw error;
    throw new UsageError(`Cannot read the inventory ${file}: ${reason}.`, { cause: error });
  }
}

/**
 * A file as text, in one go: its bytes are freed before the text is parsed, which saves their size when memory is shortest. Null for what
 * is gzipped or reports no size.
 */
function readPlainFile(file: string): string | null {
  // Pipes are opened by what reads them to the end.
  if (!statSync(file).isFile()) return null;
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const head = Buffer.alloc(2);
    if (size === 0 || size > maxCharacters || (readSync(descriptor, head, 0, 2, 0) === 2 && isGzip(head))) return null;
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw notAnInventory(name, text.trim() === '' ? 'it is empty' : 'it is no JSON, or only a part of it');
  }
}

/** Versions 0.x are incompatible with one another; from 1.0 on a reader accepts its whole major version. */
function checkVersion(value: unknown, name: string): void {
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version === undefined) throw notAnInventory(name, 'it has no schemaVersion');
  if (typeof version !== 'string' || !/^\d+\.\d+\.\d+$/.test(version))
    throw notAnInventory(name, `its schemaVersion is no version such as ${inventorySchemaVersion}`);
  const generation = (text: string) => text.replace(/^(0\.\d+|[1-9]\d*)\..*$/, '$1');
  if (generation(version) !== generation(inventorySchemaVersion)) {
    throw new UsageError(
      `${name} is an inventory of schema ${version}; this supercargo reads ${generation(inventorySchemaVersion)}. Collect it again, or use the supercargo that wrote it.`,
    );
  }
}

/** Every position must exist, an owner has a name, and each container occurs once: views rely on it. */
function checkPositions({ containers, images, systems, packages, packageSets }: Inventory, name: string): void {
  const isPosition = (position: number | null, list: readonly unknown[]) => position === null || (position >= 0 && position < list.length);
  const ids = new Set<string>();
  for (const { id, image, os, scan, team } of containers) {
    if (ids.has(id)) throw notAnInventory(name, `the container ${id} stands in it twice`);
    ids.add(id);
    const isTeam = (team.status === 'owned') === (team.name !== null);
    if (!isTeam) throw notAnInventory(name, `the container ${id} has a team that contradicts itself`);
    const isSet = scan.packageSet === null || Object.hasOwn(packageSets, scan.packageSet);
    if (!isPosition(image, images) || !isPosition(os, systems) || !isSet) throw notAnInventory(name, `the container ${id} points nowhere`);
  }
  for (const [key, positions] of Object.entries(packageSets)) {
    if (!positions.every((position) => isPosition(position, packages))) throw notAnInventory(name, `the package set ${key} points nowhere`);
  }
}

function notAnInventory(name: string, reason: string): UsageError {
  return new UsageError(`${name} is no inventory: ${reason}. Make one with: supercargo collect > inventory.json`);
}
