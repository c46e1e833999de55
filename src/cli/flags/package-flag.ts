import { UsageError } from '../../model/errors.ts';
import type { PackagePattern, VersionCondition } from '../../report/question/package-pattern.ts';

const exampleOf = (flag: string) => `such as ${flag} openssl, ${flag} 'lib*' or ${flag} 'openssl>=3,<3.0.14'`;

/** Reads `NAME`, or `NAME<VERSION`, or `NAME>=VERSION,<VERSION`, and so on. Spaces around names and versions do not count. */
export function parsePackagePattern(text: string, flag = '--package'): PackagePattern {
  const complain = (what: string) => new UsageError(`${flag} ${text}: ${what}`);
  const [, name = '', rest = ''] = /^([^<>=]*)(.*)$/s.exec(text) ?? [];
  if (name.trim() === '') throw complain(`the name of the package is missing. Give one, ${exampleOf(flag)}.`);
  if (name.trimEnd().endsWith('!'))
    throw complain(`versions are compared by <, <=, =, >= and >. Leave rows out with ${flag} NAME>VERSION and the like.`);
  if (name.includes(',')) throw complain('one package at a time. Give the flag once for each of them.');
  const conditions = rest === '' ? [] : rest.split(',').map((part) => parseCondition(part, complain));
  return { text, name: name.trim(), conditions };
}

function parseCondition(text: string, complain: (what: string) => UsageError): VersionCondition {
  const [, operator, version = ''] = /^\s*([<>=]+)\s*(.*?)\s*$/s.exec(text) ?? [];
  if (operator === undefined)
    throw complain(`before ${text.trim() || 'the end'} one of <, <=, =, >= and > is missing, as in 'openssl>=3,<3.0.14'.`);
  if (!isOperator(operator)) throw complain(`there is no ${operator}. Versions are compared by <, <=, =, >= and >.`);
  if (version === '') throw complain(`the version after ${operator} is missing, as in 'openssl${operator}3.0.14'.`);
  if (/[*?<>=\s]/.test(version))
    throw complain(`${version} is no version: none has *, ?, spaces or signs of comparison in it. For 3.*, say '>=3,<4'.`);
  return { operator, version };
}

function isOperator(text: string): text is VersionCondition['operator'] {
  return ['<', '<=', '=', '>=', '>'].includes(text);
}
