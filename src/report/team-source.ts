import type { TeamSource } from '../model/container.ts';

/** What a team was taken from, for people: the same for all pods of a workload. */
export const kindText = ({ kind, field, key }: TeamSource) => `${field} ${key} of ${kind}`;
