import { expect, onTestFinished, test, vi } from 'vitest';
import { parseConfig } from '../../../src/cli/config/parse-config.ts';

test('a key that is a list or a map is told like any other that is not known, and by nobody else', () => {
  const warn = vi.spyOn(process, 'emitWarning');
  onTestFinished(() => warn.mockRestore());
  expect(() => parseConfig('supercargo.yaml', '? [a, b]\n: c\n')).toThrow(/^supercargo\.yaml:1:1: the config has no \[ a, b \]\. It has: /);
  expect(warn).not.toHaveBeenCalled();
});
