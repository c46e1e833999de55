/** Wrong use: a flag, a file or a config that cannot be meant so. The message names the thing and the way out. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Broken surroundings: an engine, a cluster or a disk that does not do what was asked. */
export class CollectError extends Error {
  override readonly name: string = 'CollectError';
}
