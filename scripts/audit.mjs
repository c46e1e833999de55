// npm audit, which ends with an error too where the registry does not answer audits: that is no finding, and said so.
import { spawnSync } from 'node:child_process';

const { stdout, error } = spawnSync('npm', ['audit', '--json', '--audit-level=info'], { encoding: 'utf8' });
if (error) throw error;
const answer = JSON.parse(stdout);

if (answer.metadata?.vulnerabilities) {
  const { total } = answer.metadata.vulnerabilities;
  const names = Object.entries(answer.vulnerabilities).map(([name, { severity }]) => `\n  ${name}: ${severity}`);
  console.log(`npm audit: ${total} of ${answer.metadata.dependencies.total} packages have known weaknesses.${names.join('')}`);
  process.exitCode = total === 0 ? 0 : 1;
} else if (isUnanswered(answer)) {
  console.log(`NOT AUDITED: the registry does not answer audits (${answer.statusCode ?? 'it cannot be reached'}). Nothing was checked.`);
} else throw new Error(`npm audit says what is not known here: ${stdout}`);

/** A registry that does not have the endpoint, or is not to be reached. */
function isUnanswered({ statusCode, message = '' }) {
  return [404, 405, 501].includes(statusCode) || /^request to \S+ failed, reason: /.test(message);
}
