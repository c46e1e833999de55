import { containers } from './containers.ts';
import { coverage } from './coverage-view.ts';
import { matrix } from './matrix.ts';
import { packages } from './packages.ts';
import { spread } from './spread.ts';
import { teams } from './teams.ts';
import type { View } from './view.ts';

/** Every view, by the name that users type. */
export const views = { packages, matrix, teams, containers, spread, coverage } satisfies Record<string, View>;
export type ViewId = keyof typeof views;
