#!/usr/bin/env node
// The first file of the program, and a small one: what is loaded from here on may have been compiled before.
import { findCacheFolder } from './folders/cache-folder.ts';
import { keepCompiledCode } from './folders/compiled-code.ts';
import { homeFolder } from './folders/home-folder.ts';

if (!process.argv.includes('--no-cache')) keepCompiledCode(() => findCacheFolder(process.env, homeFolder()));
void import('./main.ts');
