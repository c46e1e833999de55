import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { calledAs, commandNames, inName } from '../../src/cli/called-as.ts';
import { createProgram } from '../../src/cli/program.ts';

test.each([
  [undefined, 'supercargo', false],
  ['/usr/local/bin/supercargo', 'supercargo', false],
  ['dist/supercargo.js', 'supercargo', false],
  ['/home/a/kubectl-supercargo/dist/supercargo.js', 'supercargo', false],
  ['/usr/local/bin/kubectl-supercargo', 'kubectl supercargo', false],
  ['/usr/local/bin/kubectl_complete-supercargo', 'kubectl supercargo', true],
])('called as %s it is %s', (path, name, isCompleting) => {
  expect(calledAs(path)).toEqual({ name, isCompleting });
});

test('package.json has the files that kubectl looks for', () => {
  const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly bin: Readonly<Record<string, string>> };
  expect(Object.keys(bin).map((file) => calledAs(file).name)).toEqual(['supercargo', 'kubectl supercargo', 'kubectl supercargo']);
  expect(Object.keys(bin).filter((file) => calledAs(file).isCompleting)).toHaveLength(1);
  expect(new Set(Object.values(bin)).size).toBe(1);
});

test.each([
  ['or try supercargo demo.', 'or try kubectl supercargo demo.'],
  ['supercargo collect | supercargo report --from -', 'kubectl supercargo collect | kubectl supercargo report --from -'],
  ['kubectl supercargo report', 'kubectl supercargo report'],
  ['~/.config/supercargo/supercargo.yaml; this supercargo reads 0.1', '~/.config/supercargo/supercargo.yaml; this supercargo reads 0.1'],
])('of %j kubectl makes %j', (text, inKubectl) => {
  expect(inName('kubectl supercargo', text)).toBe(inKubectl);
  expect(inName('supercargo', text)).toBe(text);
});

test('messages may name every command', () => {
  const program = createProgram(async () => {}, 'supercargo');
  expect(program.commands.map((command) => command.name()).toSorted()).toEqual([...commandNames].toSorted());
});
