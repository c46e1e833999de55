import { type Asked, asksForPackages } from './asked.ts';
import type { Question } from './question.ts';

/** What was asked for, where not everything was: one sentence under a table, so that nobody takes a part for the whole. */
export function questionLine({ inventory }: Asked, question: Question): string[] {
  const { teams, unowned, namespaces, excludedNamespaces, selector, images, systems, packages, types } = question;
  const parts = [
    part(
      'package',
      packages.map(({ text }) => text),
    ),
    part('type', types),
    part('team', unowned ? [...teams, '(unowned)'] : teams),
    part('namespace', namespaces),
    part('not of namespace', excludedNamespaces),
    part('pod labels', selector === null ? [] : [selector]),
    part('image', images),
    part('OS', systems),
  ].flat();
  if (parts.length === 0) return [];
  const asked = `Asked for: ${parts.join('; ')}`;
  if (!asksForPackages(question)) return [asked];
  const { length } = inventory.containers;
  return [`${asked}   ·   found in ${length} ${length === 1 ? 'container' : 'containers'}`];
}

const part = (name: string, values: readonly string[]) => (values.length === 0 ? [] : [`${name} ${values.join(' or ')}`]);
