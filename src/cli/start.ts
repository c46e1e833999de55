#!/usr/bin/env node
// The entry point, kept small: everything loaded from here on may come from the cache of compiled code.
import { findCacheFolder } from './folders/cache-folder.ts';
import { keepCompiledCode } from './folders/compiled-code.ts';
import { homeFolder } from './folders/home-folder.ts';

if (!process.argv.includes('--no-cache')) keepCompiledCode(() => findCacheFolder(process.env, homeFolder()));
void import('./main.ts');
