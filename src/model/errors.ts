/** Wrong use: a flag, a file or a config that makes no sense. The message names what is wrong and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A broken environment: an engine, a cluster or a disk that does not do what was asked. */
export class CollectError extends Error {
  override readonly name: string = 'CollectError';
}
