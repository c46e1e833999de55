/** Wrong use: a flag or an argument that cannot be followed. The program ends with 2. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

/** Broken surroundings: what was to be read cannot be reached, or answers wrongly. The message names the thing, the act and the way out. */
export class CollectError extends Error {
  override readonly name: string = 'CollectError';
}
