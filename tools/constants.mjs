// Numbers that a package exports. A user's bundler inlines them only from `const`, of which esbuild makes `var`, and only from
// a module that begins with them: they get one of their own. 108 octets of brotli in the minimal firmware.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The module of a package that holds its exported numbers, as an entry point of the build; or nothing. */
export const constantsOf = dir =>
  readFileSync(join(dir, 'src/index.ts'), 'utf8').includes("export * from './const.js'") ? ['const'] : []

/** A module as esbuild has written it, its numbers `const` again. */
export const keepConstants = text => text.replace(/^var (?=(?:[A-Z][A-Z0-9_]* = -?[\d.e]+(?:, |;$))+)/gm, 'const ')
