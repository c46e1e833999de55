import { checkInventory } from '../inventories.ts';
import { anyJson, jsonBytes, parsedJson } from '../json.ts';
import { type Answer, answersIn, collectFrom, recordedDocker, recordedKubernetes } from '../recorded.ts';
import { holds, type Target } from '../target.ts';

/** As from behind a proxy that lets no image and no archive through. */
const refusing = (answer: Answer): Answer =>
  /images|archive/.test(answer.request) ? { request: answer.request, status: 403, json: { message: 'it is forbidden' } } : answer;

/** What a Docker Engine answers in a whole run: list, inspect, images, version, path stats, archives. */
export const target: Target = {
  id: 'docker-answers',
  seeds: () => [jsonBytes(recordedDocker), jsonBytes(recordedDocker.map(refusing))],
  shaped: anyJson,
  words: ['"Id"', '"Labels"', '"State"', '"Running"', '"mode"', '"linkTarget"', 'sha256:', 'null'],
  isJson: true,
  isHeavy: true,
  run: async (input) => {
    const answers = answersIn(parsedJson(input));
    const inventory = await collectFrom(answers, recordedKubernetes);
    if (inventory === null) return;
    checkInventory(inventory);
    const ids = new Set(inventory.containers.map(({ id }) => id));
    holds(ids.size === inventory.containers.length, 'a container is there twice');
    for (const { scan } of inventory.containers) {
      holds(scan.status === 'read' || scan.status === 'no-database' || scan.reason !== null, 'it was not read, and nobody says why');
    }
  },
};
