import type { Plugin } from 'vitest/config';

export const pageText: Plugin;
