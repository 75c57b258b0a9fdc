// Builds the package in the current directory with tsup; one without sources yet is passed over.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

if (existsSync('src/index.ts'))
  process.exit(spawnSync('tsup', ['--silent'], { stdio: 'inherit', shell: true }).status ?? 1)
