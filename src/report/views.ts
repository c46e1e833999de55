import { coverage } from './coverage-view.ts';
import { packages } from './packages.ts';
import type { View } from './view.ts';

/** Every view, by the name that users type. */
export const views = { packages, coverage } satisfies Record<string, View>;
export type ViewId = keyof typeof views;
