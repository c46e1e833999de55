import type { View } from './view.ts';
import { containers } from './views/containers.ts';
import { coverage } from './views/coverage.ts';
import { matrix } from './views/matrix.ts';
import { packages } from './views/packages.ts';
import { spread } from './views/spread.ts';
import { teams } from './views/teams.ts';

/** Every view, by the name that users type. */
export const views = { packages, matrix, teams, containers, spread, coverage } satisfies Record<string, View>;
export type ViewId = keyof typeof views;
