import { CollectError, UsageError } from '../../model/errors.ts';

/** Who chose the engine, and how it is said that the choice is wrong. */
export interface ChoiceOrigin {
  /** For people: `--docker-host`, `DOCKER_HOST`, `context prod`, `default socket`. */
  readonly chosenBy: string;
  /** Makes, but does not throw, the error. */
  readonly fail: (message: string) => Error;
}

/** Asked for on the command line: a wrong choice is wrong use. */
export function byFlag(chosenBy: string): ChoiceOrigin {
  return { chosenBy, fail: (message) => new UsageError(message) };
}

/** Found in the environment: a wrong choice spoils this source, not the whole run. */
export function byEnvironment(chosenBy: string): ChoiceOrigin {
  return { chosenBy, fail: (message) => new CollectError(message) };
}
