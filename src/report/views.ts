import { packages } from './packages.ts';
import type { View } from './view.ts';

/** Every view, by the name that users type. */
export const views = { packages } satisfies Record<string, View>;
export type ViewId = keyof typeof views;
