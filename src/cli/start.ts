#!/usr/bin/env node
// The first file of the program, and a small one: what is loaded from here on may have been compiled before.
import { homedir } from 'node:os';
import { findCacheFolder } from './cache-folder.ts';
import { keepCompiledCode } from './compiled-code.ts';

if (!process.argv.includes('--no-cache')) keepCompiledCode(() => findCacheFolder(process.env, homedir()));
void import('./main.ts');
