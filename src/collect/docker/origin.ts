import { CollectError, UsageError } from '../../model/errors.ts';

/** Who chose the engine, and how to report that the choice is wrong. */
export interface ChoiceOrigin {
  /** For people: `--docker-host`, `DOCKER_HOST`, `context prod`, `default socket`. */
  readonly chosenBy: string;
  /** Creates the error, but does not throw it. */
  readonly fail: (message: string) => Error;
}

/** Requested on the command line: a wrong choice is wrong use. */
export function byFlag(chosenBy: string): ChoiceOrigin {
  return { chosenBy, fail: (message) => new UsageError(message) };
}

/** Found in the environment: a wrong choice loses this source, not the whole run. */
export function byEnvironment(chosenBy: string): ChoiceOrigin {
  return { chosenBy, fail: (message) => new CollectError(message) };
}
