import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Target } from './target.ts';
import { targets } from './targets.ts';

type TargetId = keyof typeof targets;

export const targetIds = Object.keys(targets) as TargetId[];

export async function loadTarget(id: string): Promise<Target> {
  if (!Object.hasOwn(targets, id)) throw new Error(`There is no target ${id}. There are: ${targetIds.join(', ')}`);
  return targets[id as TargetId]();
}

/** Where inputs lie that once broke an invariant. */
export const findingsFolder = (id: string) => `fixtures/fuzz/${id}`;

export function findingsOf(id: string): { readonly name: string; readonly input: Buffer }[] {
  const folder = findingsFolder(id);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => ({ name, input: readFileSync(`${folder}/${name}`) }));
}

/** Files of the corpus beside the project, where it is there. */
export function corpusFiles(kind: string, path: string): Buffer[] {
  const folder = `../shared/corpus/${kind}`;
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => `${folder}/${name}/${path}`)
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file));
}
