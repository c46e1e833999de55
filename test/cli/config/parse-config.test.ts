import { expect, onTestFinished, test, vi } from 'vitest';
import { parseConfig } from '../../../src/cli/config/parse-config.ts';

test('a key that is a list or a map is told like any other that is not known, and by nobody else', () => {
  const warn = vi.spyOn(process, 'emitWarning');
  onTestFinished(() => warn.mockRestore());
  expect(() => parseConfig('supercargo.yaml', '? [a, b]\n: c\n')).toThrow(/^supercargo\.yaml:1:1: the config has no \[ a, b \]\. It has: /);
  expect(warn).not.toHaveBeenCalled();
});

test.each([
  ['keys that are not known', (fault: number) => `odd-${fault}: 1`, 'the config has no odd-'],
  ['values of another type', (fault: number) => `${fault === 0 ? 'ignore:\n' : ''}  - ${fault}`, 'is not a map'],
  ['no YAML', () => ']', 'Unexpected'],
  ['the same key', () => 'ignore: []', 'Map keys must be unique'],
])('of many faults the first twenty are told, in no time: %s', (_, faultOf, words) => {
  const text = Array.from({ length: 20_000 }, (__, fault) => faultOf(fault)).join('\n');
  const started = performance.now();
  const lines = messageOf(text).split('\n');
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(lines).toHaveLength(21);
  expect(lines.slice(0, 20).filter((line) => !line.includes(words))).toEqual([]);
  expect(lines[20]).toMatch(/^supercargo\.yaml: \d+ more faults\.$/);
});

function messageOf(text: string): string {
  try {
    parseConfig('supercargo.yaml', text);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
